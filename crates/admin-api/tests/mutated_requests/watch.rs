//! What must not happen anywhere in the process while requests are answered: a panic, a line logged as an error.

use std::sync::{Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(what: String) {
    if let Ok(mut seen) = SEEN.lock() {
        seen.push(what);
    }
}

/// Begins to watch; once for all tests of the process.
pub fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let printed = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            note(format!("a panic: {panic}"));
            printed(panic);
        }));
        tracing::subscriber::set_global_default(Errors).expect("nobody else subscribes");
    });
}

/// Everything that was seen so far.
pub fn seen() -> Vec<String> {
    SEEN.lock().map(|seen| seen.clone()).unwrap_or_default()
}

/// Takes down events of the level `ERROR`.
struct Errors;

impl Subscriber for Errors {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("logged at {}:", event.metadata().target()));
        event.record(&mut line);
        note(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}
