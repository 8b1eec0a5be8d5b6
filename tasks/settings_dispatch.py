"""The sections about sending: who writes, through which transport, and how each transport is reached (spec 9).

In: nothing. Out: their models. The text under a key is its meaning, and stands in docs/configuration.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from tasks.settings_section import Section

Transport = Literal["outbox", "smtp", "sendgrid"]
Seconds = Annotated[float, Field(gt=0, le=300)]

SENDGRID_HOSTS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OutboxSettings(Section):
    """The folder that takes the messages, one `.eml` file each."""

    path: Path = Field(default=Path("var/outbox"), strict=False)
    """Made when it is missing."""


class SmtpSettings(Section):
    """A mail server. The password stands in `$SMTP_PASSWORD`, or in the Prefect Secret block `smtp-password`."""

    host: str | None = None
    """The server's name; needed for the transport `smtp`."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """The usual one for the security if none is named: 587, 465 or 25."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls` encrypts after the greeting, `tls` from the start; `none` takes no password but on this machine."""
    username: str | None = None
    """The login; none is made if none is named."""
    ca_file: Path | None = Field(default=None, strict=False)
    """A PEM file of the authority that vouches for the server, if the system does not know it."""
    timeout_seconds: Seconds = 20
    """How long a connection or a reply may take."""
    max_connections: Annotated[int, Field(ge=1, le=1000)] = 8
    """Connections open at one time; mail servers allow few."""

    @model_validator(mode="after")
    def _no_password_in_the_open(self) -> SmtpSettings:
        if self.security == "none" and self.username and self.host not in LOOPBACK:
            raise ValueError('security = "none" would send the password unencrypted; expected "starttls" or "tls"')
        return self

    @property
    def port_in_use(self) -> int:
        """The port, or the usual one for this security."""
        return self.port or SMTP_PORTS[self.security]


class SendGridSettings(Section):
    """SendGrid's v3 API. The key stands in `$SENDGRID_API_KEY`, or in the Prefect Secret block `sendgrid-api-key`."""

    base_url: str = SENDGRID_HOSTS["global"]
    """Where the API is; for a proxy of yours, or for tests."""
    region: Literal["global", "eu"] = "global"
    """`eu` for a regional subuser in the EU."""
    sandbox: bool = False
    """SendGrid only looks at the messages: nobody is told, and all stay pending until the sandbox is switched off."""
    tracking: bool = False
    """Follow who opens and clicks, as the account is set up; `false` switches it off in each message."""
    connect_timeout_seconds: Seconds = 5
    """How long a connection may take."""
    read_timeout_seconds: Seconds = 20
    """How long an answer may take; after that the notice is `uncertain`."""
    webhook_public_key: str | None = None
    """The verification key of the Signed Event Webhook, as SendGrid's page shows it; `tellwhen serve` needs it."""
    webhook_max_age_minutes: Annotated[float, Field(gt=0, le=10080)] = 1500
    """Minutes after its signing for which a post of events is taken; more than a day, since SendGrid tries again for 24 hours and does
    not say whether it signs anew. A post that is replayed meanwhile changes nothing."""
    suppression_lists: bool = True
    """`settle` reads SendGrid's lists of bounces, invalid addresses, spam reports and global unsubscribes; the key needs the permission
    to read suppressions."""
    log_api: Literal["none", "logs", "activity"] = "none"
    """Where `settle` looks for what is uncertain: `logs` is the Email Logs API, `activity` the Email Activity API (an add-on); the key
    needs the permission to read it."""

    @model_validator(mode="after")
    def _one_safe_host(self) -> SendGridSettings:
        if self.region != "global" and self.base_url != SENDGRID_HOSTS["global"]:
            raise ValueError("region and base_url are both given; expected one of the two")
        url = urlsplit(self.base_url)
        if url.scheme not in ("https", "http") or not url.hostname or url.query or url.fragment:
            raise ValueError(f"base_url {self.base_url!r} is no address of an API; expected one such as {SENDGRID_HOSTS['global']!r}")
        if url.scheme == "http" and url.hostname not in LOOPBACK:
            raise ValueError(f"base_url {self.base_url!r} would send the API key unencrypted; expected https://")
        return self

    @property
    def host(self) -> str:
        """Where the API is."""
        return SENDGRID_HOSTS["eu"] if self.region == "eu" else self.base_url.rstrip("/")


class DispatchSettings(Section):
    """How notices leave, and who writes."""

    transport: Transport = "outbox"
    """How notices leave."""
    from_email: str
    """The sender's address."""
    from_name: str | None = None
    """The sender's name."""
    reply_to: str | None = None
    """Where answers go."""
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 64
    """Requests open at one time."""
    give_up_after: Annotated[float, Field(ge=0, le=1440)] = 15
    """Minutes for which a dispatch tries again what could not leave; then it is left pending for the next."""
    delivered_within_hours: Annotated[float, Field(gt=0, le=720)] = 24
    """Hours after which a notice that was accepted but not delivered stands in `customers_to_call`, once events have ever arrived."""
    default_locale: str = "en"
    """For customers whose locale is not known."""
    outbox: OutboxSettings = OutboxSettings()
    """For the transport `outbox`."""
    smtp: SmtpSettings = SmtpSettings()
    """For the transport `smtp`."""
    sendgrid: SendGridSettings = SendGridSettings()
    """For the transport `sendgrid`."""

    @model_validator(mode="after")
    def _smtp_has_a_host(self) -> DispatchSettings:
        if self.transport == "smtp" and not self.smtp.host:
            raise ValueError('transport = "smtp" needs [dispatch.smtp] host, the name of the mail server')
        return self
