//! The statements that a connection has prepared.

use std::collections::HashMap;

use crate::{Statement, limits};

/// Prepared statements by the place of their text in the program; the least recently used one goes first.
#[derive(Default)]
pub(super) struct Prepared {
    by_text: HashMap<(usize, usize), (tokio_postgres::Statement, u64)>,
    tick: u64,
}

/// Texts are `'static`, so their address and length name them.
fn key(statement: &Statement) -> (usize, usize) {
    (statement.text.as_ptr() as usize, statement.text.len())
}

impl Prepared {
    pub(super) fn known(&mut self, statement: &Statement) -> Option<tokio_postgres::Statement> {
        self.tick += 1;
        let (prepared, used) = self.by_text.get_mut(&key(statement))?;
        *used = self.tick;
        Some(prepared.clone())
    }

    pub(super) fn keep(&mut self, statement: &Statement, prepared: tokio_postgres::Statement) {
        if self.by_text.len() >= limits::STATEMENTS_CACHED {
            let oldest = self.by_text.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
            // Dropping it tells the server to forget it.
            oldest.and_then(|oldest| self.by_text.remove(&oldest));
        }
        self.by_text.insert(key(statement), (prepared, self.tick));
    }
}
