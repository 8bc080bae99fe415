"""How a password and a one-time code are checked and kept: Django and allauth, told our rules."""

import base64
from typing import Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from frontdesk.core.clock import now
from frontdesk.core.composed import Composed


class PasswordBackend(ModelBackend):
    """Checks e-mail and password, and nothing while the person's sign-in is paused."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> Any:
        """Return the user, or None; whatever is wrong takes as long as a wrong password."""
        address = (email or more.get("username") or "").strip().lower()
        users = get_user_model()
        user = users.objects.filter(email=address).first()
        if user is not None and user.is_paused(now()):
            users().set_password(password or "")
            raise PermissionDenied
        return super().authenticate(request, username=address, password=password)

    def get_user(self, user_id: Any) -> Any:
        """Return who is signed in: asked for in every request."""
        user = _by_key.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


_by_key: Composed[Any] = Composed(lambda key: get_user_model()._default_manager.filter(pk=key))


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are kept encrypted."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is kept."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret as it is."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def seal(text: str) -> str:
    """Return a number that no copy of the database may show, as it is kept."""
    return _cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed; raise `InvalidToken` where the secret key is another one."""
    return _cipher().decrypt(sealed.encode()).decode()


def password_link(user: Any) -> str:
    """Return the address at which the user sets a new password, once."""
    token = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": token},
    )
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"two-step secrets")
    key = derived.derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
