//! CreateIdentityCenterApplication.

use postroom_directory::ops::{NewIdentityCenterApplication, create_identity_center_application};

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::CreateIdentityCenterApplication;
use crate::shapes::{CreateIdentityCenterApplicationRequest, CreateIdentityCenterApplicationResponse};
use crate::wire::Fault;

impl Handle for CreateIdentityCenterApplication {
    fn target(_: &CreateIdentityCenterApplicationRequest) -> Target<'_> {
        Target::Account
    }

    async fn handle(
        call: Call,
        mut input: CreateIdentityCenterApplicationRequest,
    ) -> Result<CreateIdentityCenterApplicationResponse, Fault> {
        let token = input.client_token.take();
        let token = call.client_token(token.as_ref(), &input);
        let random = call.api.store.random().as_ref();
        let minted =
            NewIdentityCenterApplication::mint(random, call.account(), &input.name, &input.instance_arn);
        let new = NewIdentityCenterApplication { token, ..minted };
        let arn = call.write_directory(move |tx| create_identity_center_application(tx, &new)).await?;
        Ok(CreateIdentityCenterApplicationResponse { application_arn: Some(text(arn)) })
    }
}
