//! The mock element `<incode-flow>` by itself.

use incode_test_support::{Engine, in_every_engine, in_one_engine};

use crate::page::{Page, TIMEOUT};

// Not every engine has Trusted Types.
in_every_engine!(holds_under_trusted_types);

// Setters of the element, in whichever order the page calls them.
in_one_engine!(reports_a_missing_api_url);

async fn holds_under_trusted_types(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.load("/?csp=trusted-types").await?;
    let enforced = "(() => { try { document.createElement('p').innerHTML = 'a'; return !self.trustedTypes } catch { return true } })()";
    assert!(page.value::<bool>(enforced).await?, "nothing is enforced");
    page.walk_to("approved").await?;
    Ok(())
}

/// Sets the properties in each order that a page may use, and selects a button.
async fn reports_a_missing_api_url(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for (order, presses) in [
        ("flow.onError = hear; flow.config = config;", false),
        ("flow.config = config; flow.onError = hear;", false),
        ("flow.config = config; setTimeout(() => { flow.onError = hear; press(); });", true),
    ] {
        let append = format!(
            "const flow = document.createElement('incode-flow');
             document.body.append(flow);
             window.heard = [];
             const hear = (...args) => window.heard.push(args);
             const press = () => flow.shadowRoot.querySelector('[data-action=continue]').click();
             const config = {{ token: 'a', lang: 'en' }};
             {order}"
        );
        let before = page.calls().await?.len();
        page.run::<()>(&append, &[]).await?;
        page.until("window.heard.length > 0", TIMEOUT).await?;
        let heard: Vec<(String, u16)> = page.value("window.heard").await?;
        let [(message, 400)] = &heard[..] else { panic!("{presses}: {heard:?}") };
        assert!(message.starts_with("flow.apiURL is not set"), "{message}");
        assert_eq!(page.calls().await?.len(), before);
    }
    // With the URL set in time, in any order, it reports nothing.
    page.run::<()>(
        "const flow = document.createElement('incode-flow');
         window.heard = [];
         flow.onError = (...args) => window.heard.push(args);
         flow.config = { token: 'a', lang: 'en' };
         flow.apiURL = 'http://localhost:1';
         await new Promise((done) => setTimeout(done));",
        &[],
    )
    .await?;
    assert_eq!(page.value::<usize>("window.heard.length").await?, 0);
    Ok(())
}
