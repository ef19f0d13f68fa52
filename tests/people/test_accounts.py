from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.catalogue import City
from gridflow.people import passwords
from gridflow.people.errors import AccountLocked, LoginTaken, PasswordWeak, SignInRefused, UserUnknown
from gridflow.people.models import User
from gridflow.people.queries import acting_posts, posts_of, principals, unit_by_code
from gridflow.people.service import (
    add_post,
    add_user,
    appoint_deputy,
    change_password,
    close_account,
    end_post,
    import_divisions,
    sign_in,
)

GOOD = "Correct-horse-1"
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def user(session: Session) -> User:
    return add_user(session, "jia", "zhao", "赵一", GOOD)


@pytest.mark.parametrize(
    ("password", "problem"),
    [("Short-1a", "至少 12 位"), ("onlylowercase", "三种"), ("lowercase1234", "三种"), ("", "至少 12 位")],
)
def test_a_weak_password_is_refused_except_in_the_demo(session: Session, password: str, problem: str) -> None:
    with pytest.raises(PasswordWeak, match=problem):
        add_user(session, "jia", "qian", "钱二", password)
    assert add_user(session, "jia", "qian", "钱二", password, demo=True).login == "qian"


def test_the_password_is_not_in_the_database(user: User) -> None:
    assert user.password_hash.startswith("$argon2id$")
    assert GOOD not in user.password_hash


def test_a_login_belongs_to_one_person_over_all_cities(session: Session, user: User) -> None:
    with pytest.raises(LoginTaken, match="zhao"):
        add_user(session, "yi", "zhao", "赵二", GOOD)


def test_the_right_password_signs_in(session: Session, user: User) -> None:
    assert sign_in(session, " zhao ", GOOD).accepted() is user


def test_wrong_login_wrong_password_and_closed_account_look_the_same(session: Session, user: User) -> None:
    answers = [sign_in(session, "nobody", GOOD), sign_in(session, "zhao", "wrong")]
    close_account(session, user)
    answers.append(sign_in(session, "zhao", GOOD))
    messages = set()
    for answer in answers:
        with pytest.raises(SignInRefused) as refused:
            answer.accepted()
        messages.add(refused.value.message)
    assert messages == {"账号或密码不对，请重新输入。"}


def test_five_wrong_passwords_lock_the_account_for_fifteen_minutes(session: Session, user: User) -> None:
    with clock.set_to(NOW) as hand:
        for _ in range(4):
            assert not isinstance(sign_in(session, "zhao", "wrong").refusal, AccountLocked)
        fifth = sign_in(session, "zhao", "wrong")
        assert isinstance(fifth.refusal, AccountLocked)
        assert "09:15" in fifth.refusal.message
        assert isinstance(sign_in(session, "zhao", GOOD).refusal, AccountLocked)
        hand.advance(timedelta(minutes=15))
        assert sign_in(session, "zhao", GOOD).accepted() is user


def test_the_right_password_forgets_earlier_failures(session: Session, user: User) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(session, "zhao", "wrong")
        assert sign_in(session, "zhao", GOOD).accepted() is user


def test_a_new_password_ends_the_lock(session: Session, user: User) -> None:
    for _ in range(5):
        sign_in(session, "zhao", "wrong")
    change_password(session, user, "Another-horse-2")
    assert sign_in(session, "zhao", "Another-horse-2").accepted() is user
    with pytest.raises(PasswordWeak):
        change_password(session, user, "weak")


def test_a_deputy_acts_for_the_absent_on_the_days_named(
    session: Session, user: User, divisions: Path, city: City
) -> None:
    import_divisions(session, divisions, city)
    town = unit_by_code(session, "jia", "110001001")
    assert town is not None
    post = add_post(session, user, town.id, "town", TODAY)
    deputy = add_user(session, "jia", "qian", "钱二", GOOD)
    appoint_deputy(session, user, deputy, TODAY, TODAY + timedelta(days=1), "出差")
    assert acting_posts(session, deputy.id, TODAY) == [post]
    assert posts_of(session, deputy.id, TODAY) == []
    assert principals(session, deputy.id, TODAY) == [user]
    assert acting_posts(session, deputy.id, TODAY + timedelta(days=2)) == []
    end_post(session, post, TODAY)
    assert acting_posts(session, deputy.id, TODAY + timedelta(days=1)) == []


def test_nobody_stands_in_for_another_city(session: Session, user: User) -> None:
    stranger = add_user(session, "yi", "li", "李四", GOOD)
    with pytest.raises(UserUnknown, match="李四 不能代理 赵一"):
        appoint_deputy(session, user, stranger, TODAY, TODAY, "出差")


def test_an_unknown_login_takes_as_long_to_refuse_as_a_wrong_password() -> None:
    assert not passwords.matches(None, "nobody's password")
    assert parameters_of(passwords._NOBODY) == parameters_of(passwords.hashed("Long enough 1"))


def parameters_of(password_hash: str) -> list[str]:
    return password_hash.split("$")[1:4]
