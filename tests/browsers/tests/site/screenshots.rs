//! Screenshots for people to look at, in `tmp/site` of the target directory. With `INCODE_README_PICTURES` set, those of the README
//! are made again too.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use incode_test_support::{Engine, in_every_engine};
use serde_json::json;

use crate::page::Page;

// Engines lay a page out differently.
in_every_engine!(takes_screenshots_at_three_widths);

async fn takes_screenshots_at_three_widths(engine: Engine) -> anyhow::Result<()> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site").join(engine.to_string().to_lowercase());
    fs::create_dir_all(&folder)?;
    let page = Page::open(engine).await?;
    page.open_window().await?;
    for state in ["ready", "flow", "approved", "offline"] {
        page.reach(state).await?;
        for width in [320, 768, 1280] {
            page.set_window_size(width, 900).await?;
            picture(&page, &folder.join(format!("{state}-{width}.png"))).await?;
        }
    }
    if engine == Engine::Chromium && env::var_os("INCODE_README_PICTURES").is_some() {
        page.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await?;
        page.set_window_size(1280, 960).await?;
        for state in ["ready", "approved"] {
            let file = format!("{}/../../www/screenshots/{state}.png", env!("CARGO_MANIFEST_DIR"));
            page.reach(state).await?;
            picture(&page, Path::new(&file)).await?;
        }
    }
    Ok(())
}

async fn picture(page: &Page, file: &Path) -> anyhow::Result<()> {
    page.settled().await?;
    let png = page.screenshot().await?;
    let width = u32::from_be_bytes(png[16..20].try_into()?);
    assert_eq!(width, page.value::<u32>("innerWidth").await?, "it shows the whole width");
    Ok(fs::write(file, png)?)
}
