using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "top-level", worker = .topLevel),
    (name = "api", worker = (compatibilityDate = .date, modules = [(name = "api.js", esModule = embed "api.js")])),
    .internet,
  ],
  sockets = [.http],
);

const date :Text = "2026-06-01";
const main :Workerd.Worker = (
  compatibilityDate = .date,
  modules = [(name = "main.js", esModule = embed "dist/main.js"), .wasm],
  bindings = [
    (name = "API", service = "api"),
    (name = "TOP_LEVEL", service = "top-level"),
    (name = "INCODE_API_URL", fromEnvironment = "INCODE_API_URL"),
    (name = "INCODE_API_KEY", fromEnvironment = "INCODE_API_KEY"),
  ],
);
const topLevel :Workerd.Worker = (
  compatibilityDate = .date,
  modules = [(name = "top-level.js", esModule = embed "dist/top-level.js"), .wasm],
  bindings = [(name = "API", service = "api")],
);
const wasm :Workerd.Worker.Module = (name = "incode_core.wasm", wasm = embed "dist/incode_core.wasm");
const internet :Workerd.Service = (name = "internet", network = (allow = ["public", "private"]));
const http :Workerd.Socket = (name = "http", address = "127.0.0.1:0", http = (), service = "main");
