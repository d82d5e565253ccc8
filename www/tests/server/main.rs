//! The server as its callers know it: the real program, over real HTTP.

mod backend;
mod faults;
mod journal;
mod process;
mod running;
mod sandbox;
mod site;
