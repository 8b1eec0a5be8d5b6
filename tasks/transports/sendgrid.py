"""SendGrid: the transport for SendGrid's v3 mail API. The sendgrid package writes the requests; our connections carry them.

In: an outgoing notice. Out: one request with one recipient, and what SendGrid's answer says of it.
The package's own client is not used to send: it has no time-out, follows redirects, and opens a connection for each request.
"""

from __future__ import annotations

import json
from typing import Any

import sendgrid
from sendgrid.helpers import mail as parts
from sendgrid.helpers.mail.exceptions import ApiKeyIncludedException

from tasks.errors import ConfigurationError
from tasks.runs import Clock
from tasks.settings import DispatchSettings
from tasks.transports.envelope import Sender, Unsendable, display_name, recipient_of
from tasks.transports.kept_connections import Answer, KeptConnections, NeverLeft, NoAnswer
from tasks.transports.protocol import Outcome, Outgoing
from tasks.transports.sendgrid_answers import outcome_of

# SendGrid's limit of a message, attachments and all.
_LARGEST_MESSAGE = 30_000_000
_SEND, _SCOPES = "/v3/mail/send", "/v3/scopes"
_NEEDED_SCOPE = "mail.send"


class SendGridTransport:
    """Sends notices through SendGrid. Raises ConfigurationError for a key or an address that cannot be used."""

    name = "sendgrid"
    most_at_once = None

    def __init__(self, settings: DispatchSettings, api_key: str | None, clock: Clock) -> None:
        self._sender = Sender.of(settings)
        self._settings = settings.sendgrid
        self._clock = clock
        host = settings.sendgrid.host
        client = sendgrid.SendGridAPIClient(api_key=checked_key(api_key), host=host)
        self._headers = {**client.client.request_headers, "Content-Type": "application/json"}
        self._connections = KeptConnections(
            host,
            most=settings.concurrency,
            connect_timeout_s=settings.sendgrid.connect_timeout_seconds,
            read_timeout_s=settings.sendgrid.read_timeout_seconds,
        )

    def send(self, outgoing: Outgoing) -> Outcome:
        """One request; `uncertain` whenever SendGrid may have taken the message without saying so."""
        try:
            body = json.dumps(self.request_body(outgoing)).encode()
        except Unsendable as error:
            return Outcome("failed", f"{outgoing.kind} {outgoing.notice_id}: {error}")
        if len(body) > _LARGEST_MESSAGE:
            return Outcome("failed", f"the message has {len(body)} bytes; SendGrid takes at most {_LARGEST_MESSAGE}; shorten the templates")
        try:
            answer = self._connections.request("POST", _SEND, self._headers, body)
        except NeverLeft as error:
            return Outcome("not_sent", f"SendGrid could not be reached ({error})", slows_all=True)
        except NoAnswer as error:
            return Outcome("uncertain", f"SendGrid gave no whole answer ({error})")
        return outcome_of(answer, is_sandbox=self._settings.sandbox, now=self._clock())

    def request_body(self, outgoing: Outgoing) -> dict[str, Any]:
        """The request for a notice: one personalization with one recipient; custom args are ids only, since SendGrid keeps them for long.

        Raises Unsendable.
        """
        try:
            contents = parts.PlainTextContent(outgoing.body_text), parts.HtmlContent(outgoing.body_html)
        except ApiKeyIncludedException:
            raise Unsendable("the message begins like an API key of SendGrid's; correct the templates") from None
        message = parts.Mail(
            from_email=parts.From(self._sender.from_email, self._sender.from_name),
            # Two addresses in one personalization would see each other.
            to_emails=parts.To(recipient_of(outgoing), display_name(outgoing.to_name) or None),
            subject=parts.Subject(outgoing.subject),
            plain_text_content=contents[0],
            html_content=contents[1],
        )
        if self._sender.reply_to:
            message.reply_to = parts.ReplyTo(self._sender.reply_to)
        message.header = [parts.Header(outgoing.id_header, outgoing.notice_id), parts.Header("Auto-Submitted", "auto-generated")]
        # By its notice_id an event finds its notice: what becomes of a digest must settle none.
        ids = {f"{outgoing.kind}_id": outgoing.notice_id, **({"run_id": outgoing.run_id} if outgoing.run_id else {})}
        message.custom_arg = [parts.CustomArg(name, value) for name, value in ids.items()]
        if not self._settings.tracking:
            message.tracking_settings = parts.TrackingSettings(
                click_tracking=parts.ClickTracking(enable=False, enable_text=False), open_tracking=parts.OpenTracking(enable=False)
            )
        if self._settings.sandbox:
            message.mail_settings = parts.MailSettings(sandbox_mode=parts.SandBoxMode(enable=True))
        body: dict[str, Any] = message.get()
        return body

    def problems(self) -> list[str]:
        """Ask SendGrid what the key may do; nothing is sent."""
        try:
            answer = self._connections.request("GET", _SCOPES, self._headers)
        except (NeverLeft, NoAnswer) as error:
            return [f"{self._settings.host}: SendGrid could not be reached ({error}); see to the network, or to dispatch.sendgrid.base_url"]
        if answer.status != 200:
            return [outcome_of(answer, is_sandbox=False, now=self._clock()).detail]
        if _NEEDED_SCOPE not in _scopes_of(answer):
            return ["$SENDGRID_API_KEY may not send; give it the permission Mail Send"]
        return []

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()


def checked_key(api_key: str | None) -> str:
    """The key as it can stand in a header. Raises ConfigurationError, never with the key in it."""
    key = (api_key or "").strip()
    if not key:
        raise ConfigurationError(
            ["$SENDGRID_API_KEY is not set; expected SendGrid's API key there, or in the Prefect Secret block sendgrid-api-key"]
        )
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigurationError(["$SENDGRID_API_KEY: holds spaces or signs that no API key has; copy it again"])
    return key


def _scopes_of(answer: Answer) -> list[Any]:
    try:
        scopes = json.loads(answer.body)["scopes"]
    except (ValueError, KeyError, TypeError):
        return []
    return scopes if isinstance(scopes, list) else []
