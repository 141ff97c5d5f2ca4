from cart import views
from utils.api.routers import Router, SingletonRouter

singletons = SingletonRouter()
singletons.register("cart", views.CartViewSet, "cart")
lists = Router()
lists.register("cart/items", views.CartItemViewSet, "cart-item")
lists.register("cart/codes", views.CartCodeViewSet, "cart-code")

urlpatterns = [*singletons.urls, *lists.urls]
