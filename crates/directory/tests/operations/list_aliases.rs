use postroom_directory::page::PageRequest;

use crate::prelude::*;

tests! {
    fn pages_leave_out_the_primary_address(organization) {
        let id = organization.enabled_user("c");
        for local_part in ["e", "a", "D", "b"] {
            organization.create_alias(id.as_str(), &format!("{local_part}@example.com")).unwrap();
        }
        let first = organization.aliases_page(id.as_str(), &first_page(3)).unwrap();
        assert_eq!(first.rows, ["a@example.com", "b@example.com", "D@example.com"]);
        let rest = PageRequest { after: first.next.unwrap(), rows_max: 3 };
        let second = organization.aliases_page(id.as_str(), &rest).unwrap();
        assert_eq!((second.rows, second.next), (vec!["e@example.com".to_owned()], None));
        let all = organization.aliases_page(id.as_str(), &first_page(4)).unwrap();
        assert_eq!((all.rows.len(), all.next), (4, None));
    }

    fn refusals(organization) {
        let bob = organization.user("bob");
        refused!(organization.aliases(bob.as_str()), D::EntityState(_));
        refused!(organization.aliases("bob"), D::EntityNotFound(_));
    }
}
