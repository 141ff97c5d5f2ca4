"""The views of the address book, in /api/v1/addresses/."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from accounts.authentication import SignedInRequest
from shipping import selectors, services
from shipping.models import Address
from shipping.serializers import AddressInput, AddressOutput
from utils.api.conditional import IF_MATCH, expected_versions, with_version
from utils.api.views import read, respond
from utils.api.viewsets import ListViewSet


class AddressViewSet(ListViewSet):
    """List one's own addresses, the default one first."""

    request: SignedInRequest
    permission_classes = [IsAuthenticated]
    serializer_class = AddressOutput
    lookup_url_kwarg = "address_number"
    lookup_value_converter = "number"

    def visible(self):
        return selectors.addresses_of(self.request.user)

    @swagger_auto_schema(request_body=AddressInput, responses={201: AddressOutput})
    def create(self, request: SignedInRequest) -> Response:
        """Add an address to one's own address book."""
        address = services.address_create(user=request.user, **read(AddressInput, request))
        return respond(AddressOutput, address, status.HTTP_201_CREATED)

    @swagger_auto_schema(responses={200: AddressOutput})
    def retrieve(self, request: SignedInRequest, address_number: str) -> Response:
        """Get one of one's own addresses."""
        return _answer(selectors.address_get(user=request.user, number=address_number))

    @swagger_auto_schema(request_body=AddressInput, responses={200: AddressOutput}, manual_parameters=[IF_MATCH])
    def partial_update(self, request: SignedInRequest, address_number: str) -> Response:
        """Change one of one's own addresses. Orders keep the address that they were placed with."""
        fields = read(AddressInput, request, partial=True)
        expected = expected_versions(request)
        return _answer(services.address_update(user=request.user, number=address_number, expected=expected, **fields))

    @swagger_auto_schema(responses={204: "Deleted."})
    def destroy(self, request: SignedInRequest, address_number: str) -> Response:
        """Delete one of one's own addresses."""
        selectors.address_get(user=request.user, number=address_number).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(address: Address) -> Response:
    return with_version(respond(AddressOutput, address), services.address_tag(address))
