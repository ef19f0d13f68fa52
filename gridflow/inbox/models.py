"""The table of what people look for again and again."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, new_id


class SavedSearch(Base):
    """Words somebody looks for in a box, under a name of their own."""

    __tablename__ = "saved_search"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(20))
    box: Mapped[str] = mapped_column(String(16))
    search: Mapped[str] = mapped_column(String(60))
