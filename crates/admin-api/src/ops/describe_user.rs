//! DescribeUser.

use postroom_directory::admin::AdminRead;
use postroom_directory::ops::describe_user;
use postroom_directory::user::User;
use postroom_mailbox::{Mailbox, MailboxError};

use crate::call::Call;
use crate::convert::{identifier, text};
use crate::handle::{Handle, Target};
use crate::operations::DescribeUser;
use crate::shapes::{DescribeUserRequest, DescribeUserResponse};
use crate::wire::Fault;

impl Handle for DescribeUser {
    fn target(input: &DescribeUserRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DescribeUserRequest) -> Result<DescribeUserResponse, Fault> {
        let read = move |tx: &mut AdminRead<'_>| {
            let (user, organization) = (describe_user(tx, &input.user_id)?, tx.organization);
            let dates = Mailbox::dates_of(tx, organization, &user.entity.id)?;
            // In a box, since it goes through many hands.
            Ok::<_, MailboxError>((Box::new(user), dates))
        };
        let (user, (mailbox_provisioned_date, mailbox_deprovisioned_date)) = call.read(read).await?;
        let User { entity, role, attributes, identity_provider_user_id, identity_provider_identity_store_id } =
            *user;
        Ok(DescribeUserResponse {
            user_id: Some(identifier(&entity.id)),
            name: Some(text(entity.name)),
            email: entity.email,
            display_name: Some(text(entity.display_name)),
            state: Some(entity.state),
            user_role: Some(role),
            enabled_date: entity.enabled_at,
            disabled_date: entity.disabled_at,
            hidden_from_global_address_list: Some(entity.hidden),
            first_name: attributes.first_name,
            last_name: attributes.last_name,
            initials: attributes.initials,
            telephone: attributes.telephone,
            street: attributes.street,
            job_title: attributes.job_title,
            city: attributes.city,
            company: attributes.company,
            zip_code: attributes.zip_code,
            department: attributes.department,
            country: attributes.country,
            office: attributes.office,
            identity_provider_user_id,
            identity_provider_identity_store_id,
            mailbox_provisioned_date,
            mailbox_deprovisioned_date,
        })
    }
}
