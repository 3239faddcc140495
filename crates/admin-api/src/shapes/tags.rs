//! Tags.

use postroom_types::*;

structure!(ListTagsForResourceRequest {
    resource_arn "ResourceARN": AmazonResourceName,
});
structure!(ListTagsForResourceResponse: Default {
    tags "Tags": Option<TagList>,
});
list!(TagList of Tag, 0, 50);
structure!(Tag {
    key "Key": TagKey,
    value "Value": TagValue,
});
structure!(TagResourceRequest {
    resource_arn "ResourceARN": AmazonResourceName,
    tags "Tags": TagList,
});
structure!(TagResourceResponse: Default {});
structure!(UntagResourceRequest {
    resource_arn "ResourceARN": AmazonResourceName,
    tag_keys "TagKeys": TagKeyList,
});
list!(TagKeyList of TagKey, 0, 50);
structure!(UntagResourceResponse: Default {});
