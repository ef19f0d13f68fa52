"""What lies outside: mail and the city's own platform, each with a twin that prints."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

import click

TIMEOUT_SECONDS = 20


class Mail(Protocol):
    """Sends short messages to staff; they hold no personal data and no narrative."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send one message or raise OSError."""


class Platform(Protocol):
    """The city's own application that results must be entered in. Source: N17, N18-2."""

    def push(self, case_number: str, result: dict[str, str]) -> str:
        """Hand over the result of a case and return the receipt."""


@dataclass(frozen=True, slots=True)
class ConsoleMail:
    """Prints what would be mailed; for development and the demo."""

    quiet: bool = False

    def send(self, address: str, subject: str, text: str) -> None:
        """Print one message."""
        if not self.quiet:
            click.echo(f"[邮件] {address} · {subject} · {text}")


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Mails through the office's own server."""

    url: str
    """smtp://user:password@host:port or smtps://…; the sender is the user."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send one message; the server's refusal is an OSError and the job tries again."""
        server = urlsplit(self.url)
        message = EmailMessage()
        message["From"] = unquote(server.username or "gridflow@localhost")
        message["To"], message["Subject"] = address, subject
        message.set_content(text)
        connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
        with connect(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT_SECONDS) as connection:
            if server.password:
                connection.login(unquote(server.username or ""), unquote(server.password))
            connection.send_message(message)


@dataclass(frozen=True, slots=True)
class ConsolePlatform:
    """Prints what would be pushed; the real connection needs the interface agreement of N17-1."""

    quiet: bool = False

    def push(self, case_number: str, result: dict[str, str]) -> str:
        """Print the result and return a receipt that says it is no real one."""
        if not self.quiet:
            said = "，".join(f"{name}：{value}" for name, value in result.items())
            click.echo(f"[平台推送] {case_number}{f' · {said}' if said else ''}")
        return f"console-{case_number}"
