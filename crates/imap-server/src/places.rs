//! How many connections there may be: of one address until somebody has logged in, and of one user.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use postroom_directory::log_in::LoggedIn;
use postroom_types::{EntityId, OrganizationKey};

/// Counts connections and keeps them within limits.
pub struct Places {
    strangers: Arc<Counts<[u8; 16]>>,
    users: Arc<Counts<(OrganizationKey, EntityId)>>,
}

/// The place of a connection from which nobody has logged in yet; given back when it is dropped.
pub struct StrangersPlace(#[expect(dead_code, reason = "it is there to be dropped")] Held<[u8; 16]>);

/// The place of a user's connection; given back when it is dropped.
pub struct UsersPlace(
    #[expect(dead_code, reason = "it is there to be dropped")] Held<(OrganizationKey, EntityId)>,
);

impl Places {
    /// At most so many of one address before log-in, and of one user after it.
    pub fn new(per_address_max: u32, per_user_max: u32) -> Self {
        Self { strangers: Arc::new(Counts::new(per_address_max)), users: Arc::new(Counts::new(per_user_max)) }
    }

    /// A place for a connection from `address`, if there is one. IPv6 addresses count by their network of 64 bits:
    /// whoever has one has all of it.
    pub fn stranger(&self, address: IpAddr) -> Option<StrangersPlace> {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => {
                let mut octets = address.octets();
                octets[8..].fill(0);
                octets
            }
        };
        Counts::take(&self.strangers, network).map(StrangersPlace)
    }

    /// A place for a connection of who has logged in, if there is one.
    pub(crate) fn user(&self, logged_in: &LoggedIn) -> Option<UsersPlace> {
        let name = (logged_in.organization(), logged_in.entity().clone());
        Counts::take(&self.users, name).map(UsersPlace)
    }
}

struct Counts<K> {
    each_max: u32,
    held: Mutex<HashMap<K, u32>>,
}

impl<K: Eq + Hash + Clone> Counts<K> {
    fn new(each_max: u32) -> Self {
        Self { each_max, held: Mutex::default() }
    }

    fn take(this: &Arc<Self>, name: K) -> Option<Held<K>> {
        let mut held = this.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(name.clone()).or_default();
        if *count >= this.each_max {
            return None;
        }
        *count += 1;
        Some(Held { counts: Arc::clone(this), name })
    }
}

struct Held<K: Eq + Hash> {
    counts: Arc<Counts<K>>,
    name: K,
}

impl<K: Eq + Hash> Drop for Held<K> {
    fn drop(&mut self) {
        let mut held = self.counts.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_places_and_a_network_of_ipv6_is_one() {
        let places = Places::new(2, 1);
        let at = |text: &str| places.stranger(text.parse().expect("an address"));
        let one = at("192.0.2.1");
        let _two = at("::ffff:192.0.2.1").expect("the second");
        assert!(one.is_some() && at("192.0.2.1").is_none() && at("192.0.2.2").is_some());
        drop(one);
        let _again = at("192.0.2.1").expect("one was given back");
        assert!(at("192.0.2.1").is_none());
        let _held = [at("2001:db8::1"), at("2001:db8::2")];
        assert!(at("2001:db8::3").is_none() && at("2001:db8:0:1::1").is_some());
    }

    #[test]
    fn nothing_is_kept_of_who_is_gone() {
        let places = Places::new(1, 1);
        drop(places.stranger("192.0.2.1".parse().expect("an address")));
        assert!(places.strangers.held.lock().expect("no panic").is_empty());
    }
}
