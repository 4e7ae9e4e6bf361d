"""What every API view starts from."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:  # the framework reads this module while it is imported itself
    from rest_framework.request import Request
    from rest_framework.views import APIView


class DeniedByDefault(BasePermission):
    """Allows a request only where the view names capabilities (`requires = (...)`) and the active role grants one of
    them.
    """

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        """Whether the active role grants one of the view's capabilities."""
        actor = getattr(request, "actor", None)
        return actor is not None and any(actor.can(capability) for capability in getattr(view, "requires", ()))
