//! UntagResource.

use postroom_directory::ops::untag_resource;

use crate::authorize::request_tag_keys;
use crate::call::Call;
use crate::handle::{Conditions, Handle, Target};
use crate::operations::UntagResource;
use crate::shapes::{UntagResourceRequest, UntagResourceResponse};
use crate::wire::Fault;

impl Handle for UntagResource {
    fn target(input: &UntagResourceRequest) -> Target<'_> {
        Target::Arn(&input.resource_arn)
    }

    fn conditions(input: &UntagResourceRequest) -> Conditions {
        request_tag_keys(input.tag_keys.0.iter().map(|key| key.as_str().to_owned()).collect())
    }

    async fn handle(call: Call, input: UntagResourceRequest) -> Result<UntagResourceResponse, Fault> {
        let key = call.key();
        let keys: Vec<_> = input.tag_keys.0.iter().map(|key| key.as_str().to_owned()).collect();
        call.write_directory(move |tx| untag_resource(tx, key, &keys)).await?;
        Ok(UntagResourceResponse {})
    }
}
