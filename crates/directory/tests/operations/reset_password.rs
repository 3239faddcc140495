use std::sync::Arc;

use postroom_directory::ops::reset_password;
use postroom_directory::password::{Hasher, PasswordHash};
use postroom_directory::user::credential;
use postroom_store::SeededRandom;
use postroom_store::testing::block_on;

use crate::prelude::*;

fn reset(organization: &TestOrganization, id: &str, hash: &PasswordHash) -> Result<(), D> {
    let (id, hash) = (id.to_owned(), hash.clone());
    organization.write(move |tx| reset_password(tx, &id, &hash))
}

tests! {
    fn the_new_password_is_the_only_one(organization) {
        let hasher = Hasher::new(Arc::new(SeededRandom::new(1)), 1);
        let hash = block_on(hasher.hash("Abcdefg1")).unwrap();
        let id = organization.enabled_user("alice");
        let credential = || organization.read(|tx| {
            let key = tx.organization;
            Ok::<_, D>(credential(tx, key, &id)?.unwrap())
        });
        let before = credential().unwrap();
        assert!(before.password_hash.is_none());
        reset(organization, id.as_str(), &hash).unwrap();
        let after = credential().unwrap();
        assert!(after.generation > before.generation);
        assert_eq!(block_on(hasher.verify("Abcdefg1", after.password_hash.as_ref())), Ok(true));
    }

    fn refusals(organization) {
        let hash = PasswordHash::from_store("$argon2id$".to_owned());
        let bob = organization.user("bob");
        organization.enabled_user("alice");
        let staff = organization.enabled_group("staff");
        refused!(reset(organization, "alice", &hash), D::EntityNotFound(_));
        refused!(reset(organization, staff.as_str(), &hash), D::EntityNotFound(_));
        refused!(reset(organization, bob.as_str(), &hash), D::EntityState(_));
        organization.delete_user("bob").unwrap();
        refused!(reset(organization, bob.as_str(), &hash), D::EntityState(_));
    }
}
