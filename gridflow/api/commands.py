"""The command that sends a message by hand, for whoever has a shell on the machine instead of a token."""

from pathlib import Path

import click

from gridflow.errors import GridflowError

WORDS = {
    "accepted": "已接收，正在等它的案件马上收到",
    "kept": "已接收；目前没有案件在等它，保留到有案件来取或过期",
    "repeated": "这个编号的消息以前已经接收，没有重复发送",
}


@click.group(help="外部消息。")
def message() -> None:
    """Hold the commands about messages."""


@message.command("send", help="把一条消息交给正在等它的案件（名称和键都相同）；没有就保留。")
@click.argument("city")
@click.argument("name")
@click.argument("key")
@click.option("--id", "message_id", required=True, help="发送方自己的编号；编号相同的只接收一次。")
@click.option("--values", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON 文件：名称和值。")
def send(city: str, name: str, key: str, message_id: str, values: Path | None) -> None:
    """Send a message as the address for programs does, and say what became of it."""
    from gridflow.api.schemas import letter, read_json
    from gridflow.application import make_app, office
    from gridflow.config import Settings
    from gridflow.db import db, writing

    try:
        given = read_json(values.read_bytes()) if values else {}
        checked = letter({"id": message_id, "name": name, "key": key, "values": given})
        with make_app(Settings.from_environment()).app_context():
            if city not in office().cities:
                raise click.ClickException(f"没有城市“{city}”，请核对 processes/_cities。")
            with writing() as session:
                became = office().engine.send(
                    session, city, checked.name, checked.key, checked.values, message_id=checked.id
                )
            db.engine.dispose()  # says good-bye to a database server
    except GridflowError as error:
        raise click.ClickException(error.message) from error
    click.echo(WORDS[became])
