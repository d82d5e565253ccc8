//! The developer's panel: what it shows, and what it hides.

use incode_test_support::{Engine, Server, in_every_engine, in_one_engine, sandbox_key};
use serde_json::{Value, json};

use crate::page::Page;

// An engine puts words of its own into errors, headers into its responses and fields into its storage.
in_every_engine!(hides_every_secret);

// Words, and how the panel's own code connects its parts.
in_one_engine!(
    opens_a_session_in_the_page_with_a_warning,
    tries_again_to_open_a_session_in_the_page,
    shows_the_code_of_each_stage,
    can_be_closed,
    names_only_what_a_real_api_offers,
);

async fn opens_a_session_in_the_page_with_a_warning(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    let shown = "document.querySelector('#in-page-warning').checkVisibility()";
    assert!(!page.value::<bool>(shown).await?);
    page.click("#in-page").await?;
    assert!(page.value::<bool>(shown).await?);
    assert!(
        page.text("#in-page-warning")
            .await?
            .starts_with("Development only: anyone who opens this page can read the API key")
    );
    assert!(page.text("#code").await?.contains("await createSession('••••••••', {"));
    page.choose("configuration", "rejected").await?;
    let view = page.walk_to("rejected").await?;
    assert_eq!(view.reference.len(), 24);
    let calls = page.calls().await?;
    let first = &calls[0];
    assert_eq!((first.method.as_str(), first.path.as_str(), first.outcome.as_str()), ("POST", "/omni/start", "200"));
    assert!(first.sent.contains("x-api-key: ••••••••") && first.sent.contains("api-version: 1.0"), "{first:?}");
    assert!(calls.iter().all(|call| call.path != "/api/session"));
    Ok(())
}

async fn tries_again_to_open_a_session_in_the_page(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.click("#in-page").await?;
    page.choose_fault("1-times-status-500", "everything").await?;
    page.press("start").await?;
    page.shows("api-down").await?;
    page.press("retry").await?;
    page.shows("flow").await?;
    Ok(())
}

async fn hides_every_secret(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.walk_to("approved").await?;
    assert!(page.calls().await?[1].sent.contains("x-incode-hardware-id: ••••••••"));
    masks_credentials(&page).await?;
    // An API that repeats every request: to the flow, to getFinishStatus, and to createSession.
    page.reach("failed").await?;
    masks_credentials(&page).await?;
    page.load("/").await?;
    page.choose_fault("echo-400", "result").await?;
    page.walk_to("failed").await?;
    masks_credentials(&page).await?;
    page.load("/").await?;
    page.click("#in-page").await?;
    page.choose_fault("echo-400", "everything").await?;
    page.press("start").await?;
    page.shows("failed").await?;
    masks_credentials(&page).await
}

/// Asserts that neither the key nor the token, whole or in part, can be seen, selected, copied or saved.
async fn masks_credentials(page: &Page) -> anyhow::Result<()> {
    let all: String = page
        .run(
            "const flow = document.querySelector('incode-flow');
             const fields = [...document.querySelectorAll('input, select')].map(({ value }) => value);
             return [
                 document.documentElement.outerHTML, flow.shadowRoot.innerHTML, document.body.innerText,
                 document.title, location.href, ...fields, document.cookie,
                 ...[localStorage, sessionStorage].map((storage) => JSON.stringify(storage)),
                 JSON.stringify(history.state), window.name,
             ].join('\\n');",
            &[],
        )
        .await?;
    assert!(!all.contains(sandbox_key()));
    let token: Option<String> = page.value("document.querySelector('incode-flow').config?.token").await?;
    for part in token.iter().flat_map(|token| token.split('.')) {
        assert!(part.len() > 8 && !all.contains(part), "{part} is in the page");
    }
    Ok(())
}

async fn shows_the_code_of_each_stage(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for (state, part) in [
        ("ready", "await createSession(INCODE_API_KEY, {\n  apiURL: INCODE_API_URL,\n  configurationId: 'approved',"),
        ("ready", "`${INCODE_API_URL}/omni/start`"),
        ("creating", "await setup({ apiURL, token })"),
        ("flow", "flow.config = { token, lang: 'en' }"),
        ("checking", "await getFinishStatus()"),
        ("review", "// action: 'none'"),
        ("expired", "if (code === 401) {\n    offerNewSession()"),
        ("offline", "if (code === 0) {\n    offerRetry()"),
        ("api-down", "if (code === 500) {\n    offerRetry()"),
        ("rate-limited", "if (code === 429) {\n    offerRetry(message)"),
        ("forbidden", "if (code === 403) {\n    useApiURL(`${apiURL}/0`)"),
        ("failed", "if (code === 400) {\n    offerNewSession()"),
    ] {
        page.reach(state).await?;
        let code = page.text("#code").await?;
        assert!(code.contains(part), "{state}: {code}");
    }
    Ok(())
}

async fn can_be_closed(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    let state =
        "[document.querySelector('#panel').checkVisibility(), document.querySelector('#toggle-panel').ariaExpanded]";
    assert_eq!(page.value::<Value>(state).await?, json!([true, "true"]));
    page.click("#toggle-panel").await?;
    assert_eq!(page.value::<Value>(state).await?, json!([false, "false"]));
    page.walk_to("approved").await?;
    page.click("#toggle-panel").await?;
    assert_eq!(page.value::<Value>(state).await?, json!([true, "true"]));
    assert_eq!(page.calls().await?.len(), 8);
    Ok(())
}

async fn names_only_what_a_real_api_offers(engine: Engine) -> anyhow::Result<()> {
    let api = Server::start(&[])?;
    let page = Page::of(Server::of_api(api.api_origin())?, engine).await?;
    for (part, offered) in
        [("#configuration", true), ("#external-id", true), ("#fault", false), ("#reach", false), ("#in-page", false)]
    {
        let visible = format!("document.querySelector('{part}').checkVisibility()");
        assert_eq!(page.value::<bool>(&visible).await?, offered, "{part}");
    }
    assert!(!page.value::<bool>("document.querySelector('.demo').checkVisibility()").await?);
    Ok(())
}
