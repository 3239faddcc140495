//! Memory for literals that are on their way: a part of the process's, and of that a part for each user.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use postroom_directory::log_in::LoggedIn;
use postroom_types::{EntityId, OrganizationKey};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

type Name = (OrganizationKey, EntityId);

/// Gives out memory for literals before they come; whoever asks for more than there is waits in line.
pub struct Room {
    all: Arc<Semaphore>,
    users: Mutex<HashMap<Name, (u32, Arc<Semaphore>)>>,
    of_user_bytes: usize,
}

/// A user's part of it, which the user's connections share; forgotten with the last of them.
pub(crate) struct UsersRoom {
    room: Arc<Room>,
    name: Name,
    own: Arc<Semaphore>,
}

/// Memory for a literal; given back when it is dropped.
pub(crate) struct Held(
    #[expect(dead_code, reason = "they are there to be dropped")]
    (OwnedSemaphorePermit, OwnedSemaphorePermit),
);

impl Room {
    /// For so many bytes of literals at once, half of them at most for one user: at least twice the largest command.
    pub fn new(bytes: usize) -> Arc<Self> {
        let (all, of_user_bytes) = (Arc::new(Semaphore::new(bytes)), bytes / 2);
        Arc::new(Self { all, users: Mutex::default(), of_user_bytes })
    }

    /// The part of who has logged in.
    pub(crate) fn of_user(self: &Arc<Self>, logged_in: &LoggedIn) -> UsersRoom {
        self.of((logged_in.organization(), logged_in.entity().clone()))
    }

    fn of(self: &Arc<Self>, name: Name) -> UsersRoom {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || (0, Arc::new(Semaphore::new(self.of_user_bytes)));
        let (connections, own) = users.entry(name.clone()).or_insert_with(new);
        *connections += 1;
        UsersRoom { room: Arc::clone(self), name, own: Arc::clone(own) }
    }
}

impl UsersRoom {
    /// Waits until there is room for a literal; `None` when it is larger than what there is for one user.
    pub(crate) async fn take(&self, bytes: u64) -> Option<Held> {
        let bytes = u32::try_from(bytes).ok().filter(|bytes| *bytes as usize <= self.room.of_user_bytes)?;
        // The user's own first: who waits for that is in nobody's way.
        let own = Arc::clone(&self.own).acquire_many_owned(bytes).await.ok()?;
        let all = Arc::clone(&self.room.all).acquire_many_owned(bytes).await.ok()?;
        Some(Held((own, all)))
    }
}

impl Drop for UsersRoom {
    fn drop(&mut self) {
        let mut users = self.room.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((connections, _)) = users.get_mut(&self.name) {
            *connections -= 1;
            if *connections == 0 {
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

    fn of(room: &Arc<Room>, user: &str) -> UsersRoom {
        room.of((OrganizationKey(1), EntityId::from_store(user.to_owned())))
    }

    /// What `taking` comes to without waiting.
    fn now(taking: Pin<&mut impl Future<Output = Option<Held>>>) -> Poll<Option<Held>> {
        taking.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn has_come(taking: Pin<&mut impl Future<Output = Option<Held>>>) -> bool {
        matches!(now(taking), Poll::Ready(Some(_)))
    }

    const ALICE: &str = "alice";
    const BOB: &str = "bob";
    const CAROL: &str = "carol";

    #[test]
    fn who_asks_for_more_than_there_is_waits_until_something_is_given_back() {
        let room = Room::new(200);
        let (alice, bob, carol) = (of(&room, ALICE), of(&room, BOB), of(&room, CAROL));
        let Poll::Ready(Some(first)) = now(pin!(alice.take(100))) else { unreachable!("there is room") };
        let again = of(&room, ALICE);
        let mut second = pin!(again.take(1));
        assert!(now(second.as_mut()).is_pending(), "one user has half of it, however many connections");
        let Poll::Ready(Some(bobs)) = now(pin!(bob.take(100))) else {
            unreachable!("there is the other half")
        };
        let mut carols = pin!(carol.take(1));
        assert!(now(carols.as_mut()).is_pending(), "all of it is taken");
        drop(first);
        assert!(has_come(second.as_mut()) && has_come(carols.as_mut()));
        drop(bobs);
        assert!(matches!(now(pin!(alice.take(101))), Poll::Ready(None)), "this will never fit");
    }

    #[test]
    fn nothing_is_kept_of_who_is_gone() {
        let room = Room::new(200);
        let (one, other) = (of(&room, ALICE), of(&room, ALICE));
        drop(one);
        assert_eq!(room.users.lock().expect("no panic").len(), 1);
        drop(other);
        assert!(room.users.lock().expect("no panic").is_empty());
        assert_eq!(room.all.available_permits(), 200);
    }
}
