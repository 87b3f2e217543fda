"""Access tokens of the current azure-cli sign-in."""

from __future__ import annotations

from typing import Any

from azure.cli.core._profile import Profile
from knack.log import get_logger
from knack.util import CLIError

from azext_iot_dps.service.auth import LoginAuth
from azext_iot_dps.service.failure import Reason, ServiceError

logger = get_logger(__name__)

_NO_TOKEN = "No access token could be obtained for the current sign-in: the token service returned none."


def login_auth(cli_ctx: Any, resource: str | None = None) -> LoginAuth:
    """The current sign-in as a credential. Nothing is requested yet.

    `resource` is the audience of the tokens; None means that of Azure Resource Manager. A request raises
    ServiceError(NO_TOKEN) when there is no token; azure-cli's own error, if it raised one, is its cause.
    """
    return LoginAuth(lambda: _token(cli_ctx, resource))


def _token(cli_ctx: Any, resource: str | None) -> str:
    try:
        token = Profile(cli_ctx=cli_ctx).get_raw_token(resource, subscription=cli_ctx.data.get("subscription_id"))
    except CLIError as error:
        raise ServiceError(Reason.NO_TOKEN, str(error)) from error
    # the libraries behind azure-cli let through various exceptions, which differ from version to version
    except Exception as error:
        logger.debug("No access token: %s", type(error).__name__)
        # not from the error, in whose text a proxy's password may stand
        raise ServiceError(Reason.NO_TOKEN, _NO_TOKEN) from None
    return str(token[0][1])
