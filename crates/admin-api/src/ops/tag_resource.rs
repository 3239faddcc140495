//! TagResource.

use postroom_directory::ops::tag_resource;

use crate::authorize::request_tags;
use crate::call::Call;
use crate::handle::{Conditions, Handle, Target};
use crate::operations::TagResource;
use crate::shapes::{Tag, TagResourceRequest, TagResourceResponse};
use crate::wire::Fault;

impl Handle for TagResource {
    fn target(input: &TagResourceRequest) -> Target<'_> {
        Target::Arn(&input.resource_arn)
    }

    fn conditions(input: &TagResourceRequest) -> Conditions {
        request_tags(input.tags.0.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))
    }

    async fn handle(call: Call, input: TagResourceRequest) -> Result<TagResourceResponse, Fault> {
        let key = call.key();
        let tag = |tag: &Tag| (tag.key.as_str().to_owned(), tag.value.as_str().to_owned());
        let tags: Vec<_> = input.tags.0.iter().map(tag).collect();
        call.write_directory(move |tx| tag_resource(tx, key, &tags)).await?;
        Ok(TagResourceResponse {})
    }
}
