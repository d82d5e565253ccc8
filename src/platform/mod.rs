//! The parts of the platform that need JavaScript: each file here has a JavaScript file of the same name.
//!
//! An exception that crosses into wasm costs a slot of the externref table each time, and an unexpected one ends the instance.
//! So no function here throws: JavaScript catches, and returns a value.

pub mod host;
pub mod http;
pub mod inspect;
pub mod json;
