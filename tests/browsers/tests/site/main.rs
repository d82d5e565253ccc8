//! The demo page as people use it: every press and every key goes through the browser, every request to a
//! real server of another origin.

mod accessibility;
mod developer;
mod element;
mod journey;
mod offline;
mod page;
mod screenshots;
mod states;
