//! ListTagsForResource.

use postroom_directory::ops::list_tags_for_resource;

use crate::call::Call;
use crate::convert::text;
use crate::handle::{Handle, Target};
use crate::operations::ListTagsForResource;
use crate::shapes::{ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, TagList};
use crate::wire::Fault;

impl Handle for ListTagsForResource {
    fn target(input: &ListTagsForResourceRequest) -> Target<'_> {
        Target::Arn(&input.resource_arn)
    }

    async fn handle(call: Call, _: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse, Fault> {
        let key = call.key();
        let tags = call.read_directory(move |tx| list_tags_for_resource(tx, key)).await?;
        let tag = |(key, value)| Tag { key: text(key), value: text(value) };
        Ok(ListTagsForResourceResponse { tags: Some(TagList(tags.into_iter().map(tag).collect())) })
    }
}
