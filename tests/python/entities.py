"""An organization whose calls need no OrganizationId, with entities made by one call each."""

from organizations import active, alias

NOBODY = "01234567-89ab-4def-8123-456789abcdef"
PASSWORD = "Correct-Horse-1"


class Organization:
    """An active organization; every boto3 method is there, called with its id."""

    def __init__(self, workmail):
        self.workmail = workmail
        self.pending_domain = alias() + ".example"
        self.id = active(workmail, Domains=[{"DomainName": self.pending_domain}])
        self.domain = workmail.describe_organization(OrganizationId=self.id)["DefaultMailDomain"]

    def __getattr__(self, method):
        call = getattr(self.workmail, method)

        def called(**parameters):
            answer = call(OrganizationId=self.id, **parameters)
            answer.pop("ResponseMetadata", None)
            return answer

        return called

    def address(self, local_part):
        """An address of the verified domain."""
        return f"{local_part}@{self.domain}"

    def user(self, name, enabled=True, **more):
        """Creates a user; enabled with `name@` the verified domain."""
        user_id = self.create_user(Name=name, DisplayName=name.title(), **more)["UserId"]
        return self.enable(user_id, name, enabled)

    def group(self, name, enabled=True):
        """Creates a group."""
        return self.enable(self.create_group(Name=name)["GroupId"], name, enabled)

    def resource(self, name, enabled=True):
        """Creates a room."""
        return self.enable(self.create_resource(Name=name, Type="ROOM")["ResourceId"], name, enabled)

    def enable(self, entity, local_part, enabled=True):
        """Registers the entity, unless told not to; answers its id."""
        if enabled:
            self.register_to_work_mail(EntityId=entity, Email=self.address(local_part))
        return entity

    def deleted_user(self, name="gone"):
        """The id of a user that is deleted."""
        user = self.user(name, enabled=False)
        self.delete_user(UserId=user)
        return user

    def pages(self, method, key, size, **parameters):
        """All rows of a list, asked for in pages of `size`."""
        rows, token = [], {}
        while True:
            page = getattr(self, method)(MaxResults=size, **parameters, **token)
            assert len(page[key]) <= size
            rows += page[key]
            if "NextToken" not in page:
                return rows
            token = {"NextToken": page["NextToken"]}
