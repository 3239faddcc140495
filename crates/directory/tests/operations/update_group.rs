use crate::prelude::*;

tests! {
    fn a_group_is_hidden_and_shown(organization) {
        let id = organization.group("staff");
        for hidden in [true, false] {
            organization.update_group("staff", Some(hidden)).unwrap();
            organization.update_group("staff", None).unwrap();
            assert_eq!(organization.describe_group("staff").unwrap().hidden, hidden);
        }
        organization.user("alice");
        refused!(organization.update_group("alice", Some(true)), D::EntityNotFound(_));
        organization.delete_group("staff").unwrap();
        refused!(organization.update_group(id.as_str(), None), D::EntityState(_));
    }
}
