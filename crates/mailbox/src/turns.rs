//! Whose turn it is to read for long: each user is in line once, however many sessions ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use postroom_types::{EntityId, OrganizationKey};
use tokio::sync::OwnedMutexGuard;

type Name = (OrganizationKey, EntityId);
type Line = Arc<tokio::sync::Mutex<()>>;

/// The users who read for long or wait for it, each with a line of their own.
#[derive(Default)]
pub(crate) struct Turns {
    users: Mutex<HashMap<Name, (usize, Line)>>,
}

/// A user's turn, until it is dropped.
pub(crate) struct Turn {
    _turn: OwnedMutexGuard<()>,
    // Dropped after it: the line is forgotten when nobody has the turn any more.
    _waiting: Waiting,
}

/// One who has the turn or waits for it; the line is forgotten with the last.
struct Waiting {
    turns: Arc<Turns>,
    name: Name,
    line: Line,
}

impl Turns {
    /// Waits until nobody else has the turn of this user; first come, first served.
    pub(crate) async fn take(self: &Arc<Self>, organization: OrganizationKey, user: &EntityId) -> Turn {
        let waiting = self.wait((organization, user.clone()));
        let turn = Arc::clone(&waiting.line).lock_owned().await;
        Turn { _turn: turn, _waiting: waiting }
    }

    fn wait(self: &Arc<Self>, name: Name) -> Waiting {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let (waiting, line) = users.entry(name.clone()).or_default();
        *waiting += 1;
        Waiting { turns: Arc::clone(self), name, line: Arc::clone(line) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut users = self.turns.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((waiting, _)) = users.get_mut(&self.name) {
            *waiting -= 1;
            if *waiting == 0 {
                users.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// What `taking` comes to without waiting.
    fn now(taking: Pin<&mut impl Future<Output = Turn>>) -> Option<Turn> {
        match taking.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_user_has_one_turn_at_a_time_and_nothing_is_kept_of_who_is_gone() {
        let turns = Arc::new(Turns::default());
        let [alice, bob] = ["alice", "bob"].map(|user| EntityId::from_store(user.to_owned()));
        let organization = OrganizationKey(1);
        let first = now(pin!(turns.take(organization, &alice))).expect("nobody has it");
        let (mut second, third) =
            (pin!(turns.take(organization, &alice)), Box::pin(turns.take(organization, &alice)));
        assert!(now(second.as_mut()).is_none());
        drop(third);
        for (organization, user) in [(organization, &bob), (OrganizationKey(2), &alice)] {
            assert!(now(pin!(turns.take(organization, user))).is_some());
        }
        drop(first);
        drop(now(second.as_mut()).expect("the first has ended"));
        assert!(turns.users.lock().expect("no panic").is_empty());
    }
}
