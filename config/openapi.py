from drf_yasg import openapi
from drf_yasg.inspectors import SwaggerAutoSchema

INFO = openapi.Info(title="Shop API", default_version="v1")


class GroupedAutoSchema(SwaggerAutoSchema):
    pass
