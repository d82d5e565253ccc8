//! The program under test, and calls to it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

pub use incode_test_support::{Server, sandbox_key};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

pub fn running(arguments: &[&str]) -> Server {
    running_in(&[], arguments)
}

/// Starts the server with additional environment variables.
pub fn running_in(environment: &[(&str, &str)], arguments: &[&str]) -> Server {
    let mut program = program(arguments, environment);
    program.args(["--port", "0"]);
    Server::spawn(program).expect("it says where it listens")
}

pub fn stop(server: &Server, signal: &str) {
    assert!(server.process.signal(signal).expect("kill runs").success());
}

/// Ends it and returns its log.
pub fn end(mut server: Server) -> String {
    stop(&server, "-TERM");
    server.process.wait().expect("it ends");
    let mut log = String::new();
    server.process.stderr().expect("its log is piped").read_to_string(&mut log).expect("its log is text");
    log
}

/// Returns the program with a site and a package for tests.
pub fn program(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut program = Server::program(env!("CARGO_BIN_EXE_incode-www"));
    program
        .args(["--site".as_ref(), files().join("site").as_os_str()])
        .args(["--package".as_ref(), files().join("pkg").as_os_str()])
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    program
}

pub const IMPORT_MAP: &str = r#"{"imports":{"a":"/pkg/dist/index.js"}}"#;

pub fn files() -> &'static Path {
    static FILES: OnceLock<PathBuf> = OnceLock::new();
    FILES.get_or_init(|| {
        let files = Path::new(env!("CARGO_TARGET_TMPDIR")).join("server");
        let large = (0..100_000).map(|index| format!("{index:x}")).collect::<String>();
        let page = format!(
            "<!doctype html><script type=\"importmap\">{IMPORT_MAP}</script><p>A page long enough to be compressed</p>"
        );
        for (path, text) in [
            ("site/index.html", page.as_str()),
            ("site/style.css", "p { color: green; color: red; color: blue }"),
            ("site/styles/more.css", "p { color: green }"),
            ("site/.hidden", "hidden"),
            ("pkg/dist/index.js", "export const result = 42; // and some more text"),
            ("pkg/dist/large.js", large.as_str()),
            ("pkg/dist/other.mjs", "export {}"),
            ("pkg/dist/incode_core.wasm", "\0asm"),
            ("pkg/node_modules/x/index.js", "hidden"),
            ("pkg/package.json", r#"{ "files": ["dist", "index.d.ts", "LICENSE-*"] }"#),
            ("pkg/index.d.ts", "export {}"),
            ("pkg/LICENSE-MIT", "MIT"),
            ("pkg/package-lock.json", "not shipped"),
            ("pkg/build/build.mjs", "not shipped"),
            ("pkg/dist-panic/index.js", "not shipped"),
        ] {
            let path = files.join(path);
            std::fs::create_dir_all(path.parent().expect("it lies in a directory")).expect("the directory can be made");
            std::fs::write(path, text).expect("the file can be written");
        }
        files
    })
}

/// Returns one client for all tests, because reading the system's certificates takes long. It keeps no connection: those belong to the
/// runtime of the test that opened them.
pub fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let build = || {
        rustls::crypto::ring::default_provider().install_default().expect("it is the first provider");
        Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client")
    };
    CLIENT.get_or_init(build).clone()
}

pub fn start_request(base: &str, options: &Value) -> RequestBuilder {
    client()
        .post(format!("{base}/omni/start"))
        .header("x-api-key", sandbox_key())
        .header("api-version", "1.0")
        .json(options)
}

pub async fn start(base: &str, configuration_id: &str) -> Value {
    let options = json!({ "configurationId": configuration_id });
    let response = start_request(base, &options).send().await.expect("a response");
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

pub fn finish_request(base: &str, token: &str) -> RequestBuilder {
    client()
        .get(format!("{base}/omni/finish-status"))
        .header("x-incode-hardware-id", token)
        .header("api-version", "1.0")
}

pub async fn finish_status(base: &str, token: &str) -> Value {
    let response = finish_request(base, token).send().await.expect("a response");
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

pub fn step_request(base: &str, token: &str, step: &str) -> RequestBuilder {
    client()
        .post(format!("{base}/omni/{step}"))
        .header("x-incode-hardware-id", token)
        .header("api-version", "1.0")
        .header("content-type", "application/json")
}

pub async fn step(base: &str, token: &str, step: &str) -> Response {
    step_request(base, token, step).send().await.expect("a response")
}

pub const STEPS: [&str; 6] =
    ["add/user-consent", "add/front-id", "add/back-id", "process/id", "add/face", "process/face"];

pub async fn go_through(base: &str, token: &str) {
    for name in STEPS {
        assert_eq!(step(base, token, name).await.status(), 200, "{name}");
    }
}

pub fn token(session: &Value) -> &str {
    session["token"].as_str().expect("a token")
}

/// Asserts an error of the API that any page can read.
pub async fn assert_error(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert_eq!(response.headers()["content-type"], "application/json");
    let error: Value = response.json().await.expect("JSON");
    assert_eq!(error["status"], status);
    assert!(error["timestamp"].as_u64().is_some_and(|ms| ms > 1_700_000_000_000));
    for name in ["error", "message", "path"] {
        assert!(error[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    error
}

/// Asks until the response is as it should be; the test's own time limit is the only one.
pub async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    loop {
        if let Some(response) = ask().await {
            return response;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
