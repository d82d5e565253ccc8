//! The server as its callers know it: the real program, over real HTTP.

mod backend;
#[cfg(target_os = "linux")]
mod bounds;
mod faults;
mod hosts;
mod journal;
mod process;
mod running;
mod sandbox;
mod site;
