//! Warnings on the console, each once in the life of the module.

use crate::options::Operation;
use crate::platform::page;
use crate::string::concat;
use std::cell::RefCell;

/// Unknown options of callers can have any name, so their number is limited.
const MAX_NAMES: usize = 20;

thread_local! {
    static LOGGED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    static NAMES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Logs a warning, unless it was logged before.
pub fn warn_once(message: &'static str) {
    let is_new = LOGGED.with_borrow_mut(|logged| {
        let is_new = !logged.contains(&message);
        if is_new {
            logged.push(message);
        }
        is_new
    });
    if is_new {
        page::warn(message);
    }
}

/// The unknown options of one call.
#[derive(Default)]
pub struct UnknownOptions {
    /// Each name as a JSON string, with the option that it may stand for.
    names: Vec<(String, String)>,
}

impl UnknownOptions {
    /// Adds an option.
    pub fn push(&mut self, name: String, hint: String) {
        if self.names.len() < MAX_NAMES {
            self.names.push((name, hint));
        }
    }

    /// Returns what to add to the message about a missing option: the name that it may have been misspelled as.
    pub fn hint(&self, option: &str) -> String {
        let hint = concat(&[" (did you mean ", option, "?)"]);
        let misspelled = self.names.iter().find(|(_, other)| *other == hint);
        misspelled.map_or_else(String::new, |(name, _)| concat(&["; ", name, " is not an option", &hint]))
    }

    /// Logs one warning about all names that were not reported before.
    pub fn warn(&self, operation: Operation) {
        let mut list = String::new();
        NAMES.with_borrow_mut(|reported| {
            for (name, hint) in &self.names {
                if reported.len() < MAX_NAMES && !reported.contains(name) {
                    list += &concat(&[" ", name, hint]);
                    reported.push(concat(&[name]));
                }
            }
        });
        if !list.is_empty() {
            let verb = if operation.forwards_unknown() { " passes on" } else { " ignores" };
            page::warn(&concat(&["incode-core: ", operation.name(), verb, " unknown options:", &list]));
        }
    }
}
