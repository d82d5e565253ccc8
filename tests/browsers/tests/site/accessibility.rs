//! Accessibility: languages, the keyboard, screen readers, small screens, dark mode, reduced motion.

use std::fs;

use anyhow::Context;
use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use incode_test_support::{Engine, in_every_engine, in_one_engine, run};
use serde_json::{Value, json};

use crate::page::{Page, STATES};

// Focus, layout and colors depend on the engine.
in_every_engine!(works_with_a_keyboard_alone, fits_a_narrow_screen);

// Words, and when the page's own code sets them; and the rules of accessibility, which are about elements and attributes. Those that are
// about layout and colors are held to in every engine where the screen is narrow.
in_one_engine!(speaks_english_and_spanish, announces_each_step, has_no_accessibility_violations);

async fn speaks_english_and_spanish(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    assert_eq!(page.view().await?.language, "en");
    let english = words(&page).await?;
    page.click("[data-language=es]").await?;
    let view = page.view().await?;
    assert_eq!((view.language.as_str(), view.title.as_str()), ("es", "Verifica tu identidad"));
    assert!(view.tab.starts_with(&view.title));
    let pressed: String = page.value("document.querySelector('[data-language][aria-pressed=true]').lang").await?;
    assert_eq!(pressed, "es");
    for (english, spanish) in english.iter().zip(words(&page).await?) {
        // A word of both languages.
        assert!(*english != spanish || english == "Selfie", "{english} is not translated");
    }

    page.press("start").await?;
    page.shows("flow").await?;
    page.steps(1).await?;
    assert_eq!(page.progress().await?, "Paso 2 de 4");
    page.click("[data-language=en]").await?;
    assert_eq!(page.progress().await?, "Step 2 of 4");
    page.click("[data-language=es]").await?;
    page.steps(3).await?;
    assert_eq!(page.shows("approved").await?.title, "Tu identidad está verificada");

    assert_eq!(page.value::<String>("location.search").await?, "?lang=es");
    let view = page.reload().await?;
    assert_eq!((view.language.as_str(), view.title.as_str()), ("es", "Verifica tu identidad"));
    assert!(page.text("#code").await?.contains("language: 'es',"));
    Ok(())
}

/// Returns the visible strings of the page, in order.
async fn words(page: &Page) -> anyhow::Result<Vec<String>> {
    let all = "[...document.querySelectorAll('[data-words]')].map(({ textContent }) => textContent)";
    page.value(all).await
}

async fn works_with_a_keyboard_alone(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    press_key(&page, Key::Tab).await?;
    assert!(has_focus(&page, ".skip").await?);
    press_key(&page, Key::Enter).await?;
    tab_to(&page, "[data-action=start]").await?;
    press_key(&page, Key::Enter).await?;
    page.shows("flow").await?;
    for _ in 0..4 {
        tab_to(&page, "[data-action=continue]").await?;
        let progress = page.progress().await?;
        press_key(&page, Key::Enter).await?;
        page.step_ends(&progress).await?;
        if page.view().await?.state == "flow" {
            assert!(has_focus(&page, "h2").await?, "a screen reader continues with the next step");
        }
    }
    page.shows("approved").await?;
    tab_to(&page, "[data-action=home]").await?;
    press_key(&page, Key::Enter).await?;
    page.shows("ready").await?;
    Ok(())
}

async fn press_key(page: &Page, key: Key) -> anyhow::Result<()> {
    let value = key.into();
    let keys = KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
    Ok(page.perform_actions(keys).await?)
}

/// Returns true if the element has the focus and shows it.
async fn has_focus(page: &Page, selector: &str) -> anyhow::Result<bool> {
    let focus = "
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element.matches(args[0]) && element.matches(':focus-visible');";
    page.run(focus, &[json!(selector)]).await
}

async fn tab_to(page: &Page, selector: &str) -> anyhow::Result<()> {
    const NEAR: usize = 8;
    for _ in 0..NEAR {
        press_key(page, Key::Tab).await?;
        if has_focus(page, selector).await? {
            return Ok(());
        }
    }
    anyhow::bail!("{selector} is more than {NEAR} presses away")
}

async fn announces_each_step(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    let listen = "
        const status = document.querySelector('[role=status]');
        window.heard = [];
        const hear = () => window.heard.push(status.textContent.trim());
        new MutationObserver(hear).observe(status, { childList: true, characterData: true, subtree: true });";
    page.run::<()>(listen, &[]).await?;
    page.walk_to("approved").await?;
    let heard: Vec<String> = page.value("window.heard").await?;
    assert_eq!(
        heard,
        [
            "Setting up a secure session. This only takes a moment.",
            "Follow the steps to verify your identity.",
            "Thanks, that's all we need. This only takes a moment.",
            "Thank you. You're all set.",
        ]
    );
    page.press("home").await?;
    page.shows("ready").await?;
    page.choose_fault("status-429-retry-after-5", "steps").await?;
    page.press("start").await?;
    page.step().await?;
    let view = page.shows("rate-limited").await?;
    let last: String = page.value("window.heard.at(-1)").await?;
    assert_eq!(last, format!("{} {}", view.text, view.notice));
    Ok(())
}

async fn fits_a_narrow_screen(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.open_window().await?;
    // The narrowest window of MiniBrowser.
    let narrowest = if engine == Engine::WebKit { 334 } else { 320 };
    assert_eq!(page.value::<u32>("innerWidth").await?, narrowest);
    for state in STATES {
        page.reach_below("/?lang=es&", state).await?;
        fits(&page, state).await?;
        check_rules(&page, state, json!({ "runOnly": ["color-contrast", "target-size"] })).await?;
        page.open_panel().await?;
        page.run::<()>("for (const part of document.querySelectorAll('#panel details')) part.open = true", &[]).await?;
        fits(&page, state).await?;
    }
    Ok(())
}

async fn fits(page: &Page, state: &str) -> anyhow::Result<()> {
    page.settled().await?;
    let wider = "
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth > clientWidth
            ? [...document.body.querySelectorAll('*')]
                .filter((element) => element.getBoundingClientRect().right > clientWidth)
                .map(({ tagName, id, className }) => `${tagName} ${id} ${className}`)
            : [];";
    let wider: Vec<String> = page.run(wider, &[]).await?;
    assert!(wider.is_empty(), "{state} scrolls sideways: {wider:?}");
    Ok(())
}

async fn has_no_accessibility_violations(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for state in STATES {
        page.reach(state).await?;
        check_rules(&page, state, json!({ "rules": { "target-size": { "enabled": true } } })).await?;
        prefer(&page, "prefers-color-scheme", "dark").await?;
        check_rules(&page, &format!("{state} in the dark"), json!({ "runOnly": ["color-contrast"] })).await?;
        prefer(&page, "prefers-color-scheme", "").await?;
    }
    // Opens everything that can be opened.
    page.load("/?lang=es").await?;
    page.click("#in-page").await?;
    page.choose_fault("status-500", "steps").await?;
    page.press("start").await?;
    page.step().await?;
    page.shows("api-down").await?;
    page.open_settings().await?;
    page.click("#calls summary").await?;
    check_rules(&page, "with everything open", json!({})).await
}

/// Asserts that the page follows axe-core's rules.
async fn check_rules(page: &Page, what: &str, options: Value) -> anyhow::Result<()> {
    page.settled().await?;
    let axe = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js"))
        .context("axe-core not found: run `npm ci` in tests/browsers")?;
    page.execute(&axe, vec![]).await?;
    let check = "
        const { violations, passes } = await window.axe.run(document, args[0]);
        return [passes.length, violations.map(({ id, nodes }) =>
            [id, ...nodes.map(({ target, failureSummary }) => `${target.flat()}: ${failureSummary}`)])];";
    let (passes, violations): (usize, Vec<Vec<String>>) = page.run(check, &[options]).await?;
    assert!(violations.is_empty(), "{what}: {violations:#?}");
    assert!(passes > 0);
    Ok(())
}

/// Emulates a preference of the user, which only Chromium's driver can do.
async fn prefer(page: &Page, what: &str, value: &str) -> anyhow::Result<()> {
    page.cdp("Emulation.setEmulatedMedia", json!({ "features": [{ "name": what, "value": value }] })).await?;
    Ok(())
}

#[test]
fn follows_dark_color_scheme() -> anyhow::Result<()> {
    run(async {
        let page = Page::open(Engine::Chromium).await?;
        let background = "getComputedStyle(document.body).backgroundColor";
        let light: String = page.value(background).await?;
        prefer(&page, "prefers-color-scheme", "dark").await?;
        assert_ne!(page.value::<String>(background).await?, light);
        Ok(())
    })
}

#[test]
fn respects_reduced_motion() -> anyhow::Result<()> {
    run(async {
        let page = Page::open(Engine::Chromium).await?;
        let moving = "document.getAnimations().length";
        page.reach("creating").await?;
        assert!(page.value::<usize>(moving).await? > 0);
        prefer(&page, "prefers-reduced-motion", "reduce").await?;
        for state in ["creating", "flow", "checking"] {
            page.reach(state).await?;
            assert_eq!(page.value::<usize>(moving).await?, 0, "{state}");
        }
        Ok(())
    })
}
