//! The demo page as people use it: every press and every key goes through the browser, every request to a
//! real server of another origin.

mod cable;
mod developer;
mod element;
mod journey;
mod page;
mod people;
mod pictures;
mod states;
