//! A bounded queue that threads take from.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::limits;
use crate::lock::{lock, wait};

/// What waits for a thread.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    more: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    stopping: bool,
}

/// Why an item was not taken in.
pub(super) enum Refused {
    Full,
    Stopping,
}

/// What a thread got.
pub(super) enum Popped<T> {
    Item(T),
    TimedOut,
    Stopped,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { waiting: VecDeque::new(), stopping: false }), more: Condvar::new() }
    }
}

impl<T> Queue<T> {
    /// Puts `item` at the end; gives it back when the queue is full or closed.
    pub(super) fn push(&self, item: T) -> Result<(), (T, Refused)> {
        let mut state = lock(&self.state);
        if state.stopping {
            return Err((item, Refused::Stopping));
        }
        if state.waiting.len() >= limits::QUEUE_MAX {
            return Err((item, Refused::Full));
        }
        state.waiting.push_back(item);
        self.more.notify_one();
        Ok(())
    }

    /// The first item; waits at most `time_max` when it is given. `Stopped` comes when the queue is closed and empty.
    pub(super) fn pop(&self, time_max: Option<Duration>) -> Popped<T> {
        let until = time_max.map(|time| Instant::now() + time);
        let mut state = lock(&self.state);
        loop {
            if let Some(item) = state.waiting.pop_front() {
                return Popped::Item(item);
            }
            if state.stopping {
                return Popped::Stopped;
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Popped::TimedOut;
            }
            state = wait(&self.more, state, left);
        }
    }

    /// Takes nothing more in; threads serve what waits and end.
    pub(super) fn close(&self) {
        lock(&self.state).stopping = true;
        self.more.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn popped(queue: &Queue<usize>) -> Option<usize> {
        match queue.pop(Some(Duration::ZERO)) {
            Popped::Item(item) => Some(item),
            Popped::TimedOut | Popped::Stopped => None,
        }
    }

    #[test]
    fn items_come_in_order_and_only_so_many_wait() {
        let queue = Queue::default();
        for item in 0..limits::QUEUE_MAX {
            assert!(queue.push(item).is_ok());
        }
        assert!(matches!(queue.push(7), Err((7, Refused::Full))));
        assert_eq!((popped(&queue), popped(&queue)), (Some(0), Some(1)));
        assert!(queue.push(8).is_ok());
    }

    #[test]
    fn a_closed_queue_gives_what_it_has_and_takes_nothing() {
        let queue = Queue::default();
        assert!(queue.push(1).is_ok());
        queue.close();
        assert!(matches!(queue.push(2), Err((2, Refused::Stopping))));
        assert!(matches!(queue.pop(None), Popped::Item(1)));
        assert!(matches!(queue.pop(None), Popped::Stopped));
    }

    #[test]
    fn closing_wakes_those_who_wait() {
        let queue = Queue::<usize>::default();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| matches!(queue.pop(None), Popped::Stopped));
            queue.close();
            assert!(waiting.join().unwrap());
        });
    }
}
