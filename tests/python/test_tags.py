"""TagResource, UntagResource, ListTagsForResource."""

import pytest

from organizations import active, delete
from refusals import refused


@pytest.fixture
def arn(workmail):
    return workmail.describe_organization(OrganizationId=active(workmail))["ARN"]


def tags(workmail, arn):
    return {tag["Key"]: tag["Value"] for tag in workmail.list_tags_for_resource(ResourceARN=arn)["Tags"]}


def test_tags_are_merged_and_removed(workmail, arn):
    assert tags(workmail, arn) == {}
    workmail.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    workmail.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "A", "Value": "3"}])
    assert tags(workmail, arn) == {"a": "2", "b": "", "A": "3"}
    workmail.untag_resource(ResourceARN=arn, TagKeys=["a", "absent"])
    assert tags(workmail, arn) == {"b": "", "A": "3"}


def test_there_are_fifty_at_most(workmail, arn):
    workmail.tag_resource(ResourceARN=arn, Tags=[{"Key": str(n), "Value": "x"} for n in range(50)])
    workmail.tag_resource(ResourceARN=arn, Tags=[{"Key": "0", "Value": "y"}])
    over = {"ResourceARN": arn, "Tags": [{"Key": "one more", "Value": "x"}]}
    assert refused(workmail.tag_resource, **over) == "TooManyTagsException"
    assert len(tags(workmail, arn)) == 50


def test_refusals(workmail, arn):
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    assert refused(workmail.tag_resource, ResourceARN=arn, Tags=twice) == "InvalidParameterException"
    reserved = [{"Key": "aws:a", "Value": "1"}]
    assert refused(workmail.tag_resource, ResourceARN=arn, Tags=reserved) == "InvalidParameterException"
    unknown = arn[:-34] + "m-" + "0" * 32
    assert refused(workmail.tag_resource, ResourceARN=unknown, Tags=[]) == "ResourceNotFoundException"
    assert refused(workmail.untag_resource, ResourceARN=unknown, TagKeys=[]) == "ResourceNotFoundException"
    assert refused(workmail.list_tags_for_resource, ResourceARN=unknown) == "ResourceNotFoundException"
    # Policies decide about the text, so no other text names the organization.
    for other in [arn.replace("us-east-1", "us-west-2"), arn.replace("us-east-1", ""), arn.replace(":org", ":x:org")]:
        assert refused(workmail.list_tags_for_resource, ResourceARN=other) == "ResourceNotFoundException", other
        assert refused(workmail.tag_resource, ResourceARN=other, Tags=reserved) == "ResourceNotFoundException", other
    delete(workmail, arn[-34:])
    assert refused(workmail.tag_resource, ResourceARN=arn, Tags=[]) == "OrganizationStateException"
    assert refused(workmail.untag_resource, ResourceARN=arn, TagKeys=[]) == "ResourceNotFoundException"
    assert refused(workmail.list_tags_for_resource, ResourceARN=arn) == "ResourceNotFoundException"
