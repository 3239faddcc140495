//! Callers at the same time: exactly one gets what only one can have.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::prelude::*;

const CALLERS: usize = 12;

/// Runs `call` in `CALLERS` threads at once; answers how many succeeded. The others must be refused as `refusal` says.
fn winners(call: impl Fn(usize) -> Result<(), D> + Sync, refusal: impl Fn(&D) -> bool + Sync) -> usize {
    let (won, start) = (AtomicUsize::new(0), std::sync::Barrier::new(CALLERS));
    std::thread::scope(|scope| {
        for n in 0..CALLERS {
            let (call, refusal, won, start) = (&call, &refusal, &won, &start);
            scope.spawn(move || {
                start.wait();
                match call(n) {
                    Ok(()) => drop(won.fetch_add(1, Ordering::SeqCst)),
                    Err(error) => assert!(refusal(&error), "{error:?}"),
                }
            });
        }
    });
    won.into_inner()
}

tests! {
    fn one_gets_the_name(organization) {
        let call = |n: usize| match n % 3 {
            0 => organization.create_user("wanted"),
            1 => organization.create_group("WANTED"),
            _ => organization.create_resource("Wanted"),
        };
        assert_eq!(winners(call, |error| matches!(error, D::NameTaken(_))), 1);
        crate::random_operations::check_counters(organization);
    }

    fn one_gets_the_address(organization) {
        let ids: Vec<EntityId> = (0..CALLERS).map(|n| organization.user(&format!("u{n}"))).collect();
        let call = |n: usize| organization.enable_with(ids[n].as_str(), "wanted@example.com").map(drop);
        assert_eq!(winners(call, |error| matches!(error, D::AddressInUse(_))), 1);
        crate::random_operations::check_counters(organization);
    }

    fn one_gets_the_alias(organization) {
        let ids: Vec<EntityId> = (0..CALLERS).map(|n| organization.enabled_user(&format!("u{n}"))).collect();
        let call = |n: usize| match n % 2 {
            0 => organization.create_alias(ids[n].as_str(), "wanted@example.com"),
            _ => organization.update_primary(ids[n].as_str(), "WANTED@example.com"),
        };
        assert_eq!(winners(call, |error| matches!(error, D::AddressInUse(_))), 1);
        crate::random_operations::check_counters(organization);
    }

    fn one_gets_the_last_alias(organization) {
        let id = organization.enabled_user("alice");
        for n in 1..postroom_directory::limits::ALIASES_MAX {
            organization.create_alias(id.as_str(), &format!("a{n}@example.com")).unwrap();
        }
        let call = |n: usize| organization.create_alias(id.as_str(), &format!("last{n}@example.com"));
        assert_eq!(winners(call, |error| matches!(error, D::LimitExceeded(_))), 1);
        crate::random_operations::check_counters(organization);
    }

    fn two_groups_do_not_become_members_of_each_other(organization) {
        for n in 0..CALLERS {
            organization.enabled_group(&format!("g{n}"));
        }
        // A ring: any edge may be there, but not all.
        let call = |n: usize| organization.add_member(&format!("g{n}"), &format!("g{}", (n + 1) % CALLERS));
        assert_eq!(winners(call, |error| matches!(error, D::Invalid(_))), CALLERS - 1);
    }
}
