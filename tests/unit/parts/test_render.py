"""Rendering: what is written, what is refused, and which reloads follow."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialer.parts.carrier import (
    FORCED,
    Behaviour,
    CarrierMix,
    behaviour_of,
    fate_of,
    thresholds,
)
from dialer.parts.render import (
    AgentPhone,
    CampaignQueue,
    PbxSecrets,
    PbxSettings,
    SipTrunk,
    render_agents,
    render_includes,
    render_pbx,
    render_queues,
    render_trunks,
)
from dialer.parts.templates import RenderError, check, render_files

SECRETS = PbxSecrets(ami_secret="a" * 32, agi_token="t" * 32)
TRUNK = SipTrunk(
    endpoint="acme",
    host="sip.example.net",
    username="acct",
    password="pa$$w%rd",
    registers=True,
)
AGENT = AgentPhone(extension="alex", password="correct-horse")


@pytest.fixture
def settings(tmp_path: Path) -> PbxSettings:
    return PbxSettings(
        home=tmp_path / "pbx", module_dir=Path("/usr/lib/asterisk"), data_dir=Path("/usr/share")
    )


def text(settings: PbxSettings, name: str) -> str:
    return (settings.home / "etc" / name).read_text(encoding="utf-8")


def test_everything_is_written_readable_by_its_owner_alone(settings: PbxSettings) -> None:
    rendered = render_pbx(settings, SECRETS, trunks=[TRUNK], agents=[AGENT])
    assert rendered.needs_restart
    assert {path.name for path in rendered.changed} >= {"asterisk.conf", "manager.conf"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in rendered.changed)
    assert not [path for path in (settings.home / "etc").iterdir() if path.name.startswith(".")]


def test_rendering_the_same_again_changes_nothing(settings: PbxSettings) -> None:
    render_pbx(settings, SECRETS, agents=[AGENT])
    again = render_pbx(settings, SECRETS, agents=[AGENT])
    assert not again.changed and not again.reloads and not again.needs_restart


def test_a_new_agent_changes_one_file_and_reloads_pjsip_only(settings: PbxSettings) -> None:
    render_pbx(settings, SECRETS, agents=[AGENT])
    rendered = render_agents([AGENT, replace(AGENT, extension="kim")], settings.home / "etc")
    assert [path.name for path in rendered.changed] == ["pjsip_agents.conf"]
    assert rendered.reloads[0] == "module reload res_pjsip.so"
    assert not rendered.needs_restart


def test_a_new_campaign_reloads_the_queues(settings: PbxSettings) -> None:
    render_pbx(settings, SECRETS)
    rendered = render_queues([CampaignQueue(campaign_id=3, weight=2)], settings.home / "etc")
    assert rendered.reloads == ("queue reload all",)
    assert "[campaign-3](callbank-campaign)\nweight = 2" in text(settings, "queues_campaigns.conf")


def test_a_trunk_with_an_account_authenticates_and_registers(settings: PbxSettings) -> None:
    render_pbx(settings, SECRETS, trunks=[TRUNK])
    written = text(settings, "pjsip_trunks.conf")
    assert "password = pa$$w%rd" in written
    assert "type = registration" in written
    assert "match = sip.example.net" in written


def test_a_trunk_without_an_account_neither_authenticates_nor_registers(
    settings: PbxSettings,
) -> None:
    render_pbx(settings, SECRETS, trunks=[SipTrunk(endpoint="plain", host="192.0.2.1")])
    written = text(settings, "pjsip_trunks.conf")
    assert "type = auth" not in written and "type = registration" not in written


def test_only_a_browsers_telephone_speaks_webrtc(settings: PbxSettings) -> None:
    browser = replace(AGENT, extension="kim", is_browser=True)
    render_pbx(settings, SECRETS, agents=[AGENT, browser])
    written = text(settings, "pjsip_agents.conf")
    assert "[alex](callbank-agent-sip)" in written
    assert "[kim](callbank-agent-browser)" in written


def test_a_thousand_browsers_fit_and_secrets_stand_where_they_belong(
    settings: PbxSettings,
) -> None:
    render_pbx(settings, SECRETS)
    assert "sessionlimit = 2500" in text(settings, "http.conf")
    assert SECRETS.ami_secret in text(settings, "manager.conf")
    assert SECRETS.agi_token in text(settings, "extensions.conf")
    written = text(settings, "manager.conf").splitlines()
    assert "write = call,originate,agent,reporting,user" in written


@pytest.mark.parametrize(
    "password",
    ["two\nlines", "carriage\rreturn", "semi;colon", "[section]", "nul\0", " s3cret", "#include x"],
)
def test_a_value_that_could_become_a_line_of_its_own_is_refused(
    tmp_path: Path, password: str
) -> None:
    with pytest.raises(RenderError, match="password of trunk 'acme'") as refusal:
        render_trunks([replace(TRUNK, password=password)], tmp_path)
    assert password not in str(refusal.value)  # it is a secret
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "two words", "a]b", "x" * 41, "-", "a/b", "a@b"])
def test_a_name_that_is_no_endpoint_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RenderError, match="endpoint of trunk"):
        render_trunks([replace(TRUNK, endpoint=name)], tmp_path)
    with pytest.raises(RenderError, match="extension of agent"):
        render_agents([replace(AGENT, extension=name)], tmp_path)


@pytest.mark.parametrize(("password", "is_told"), [("", False), ("m" * 40, True)])
def test_asterisks_figures_are_behind_a_password_or_not_told(
    settings: PbxSettings, password: str, is_told: bool
) -> None:
    render_pbx(settings, replace(SECRETS, metrics_password=password))
    written = text(settings, "prometheus.conf")
    assert ("enabled = yes" in written) is is_told
    assert (f"auth_password = {password}" in written) is is_told


def test_two_agents_with_one_telephone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="alex"):
        render_agents([AGENT, AGENT], tmp_path)


def test_a_trunk_that_registers_needs_a_username(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="no username"):
        render_trunks([replace(TRUNK, username="")], tmp_path)


def test_a_dialplan_cannot_be_smuggled_in_by_a_path(settings: PbxSettings) -> None:
    with pytest.raises(RenderError, match="optout_prompt"):
        render_pbx(replace(settings, optout_prompt="x)\nexten => s,1,System(ls"), SECRETS)
    with pytest.raises(RenderError, match="agi_token"):
        render_pbx(settings, replace(SECRETS, agi_token="short"))


def test_a_value_that_no_check_knows_is_stopped_at_the_template(tmp_path: Path) -> None:
    (tmp_path / "x.conf.j2").write_text("a = {{ value }}\n", encoding="utf-8")
    with pytest.raises(RenderError):
        render_files(["x.conf"], {"value": "1\n[evil]"}, tmp_path, folder=tmp_path)


def test_a_place_that_cannot_be_written_is_named(settings: PbxSettings, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="nowhere"):
        render_agents([AGENT], tmp_path / "nowhere")


def test_an_operators_own_asterisk_gets_the_same_dialplan(settings: PbxSettings) -> None:
    render_pbx(settings, SECRETS, agents=[AGENT])
    includes = render_includes(
        settings, SECRETS, trunks=[TRUNK], agents=[AGENT], campaigns=[CampaignQueue(campaign_id=1)]
    )
    dialplan = text(settings, "extensions.conf")
    assert dialplan.split("[callbank-answered]")[1] in includes["extensions_custom.conf"]
    assert "[general]" not in "".join(includes.values()).replace("manager.conf's [general]", "")
    assert "[campaign-1](callbank-campaign)" in includes["queues_custom.conf"]
    assert "[callbank]\nsecret" in includes["manager_custom.conf"]
    assert "[acme]" in includes["pjsip_custom.conf"] and "[alex]" in includes["pjsip_custom.conf"]


def test_paths_and_numbers_pass_the_check(settings: PbxSettings) -> None:
    check(replace(settings, optout_prompt="/data/Call bank/thanks"), "the settings")


# --- the simulated network ---------------------------------------------------------------------


def test_a_number_behaves_the_same_for_the_same_seed_and_otherwise_for_another() -> None:
    numbers = [f"1919222{number:04}" for number in range(500)]
    first = [behaviour_of(number, CarrierMix(seed=1)) for number in numbers]
    assert first == [behaviour_of(f"+{number}", CarrierMix(seed=1)) for number in numbers]
    assert first != [behaviour_of(number, CarrierMix(seed=2)) for number in numbers]


def test_forced_numbers_behave_as_told_whatever_the_seed() -> None:
    for index, behaviour in enumerate(FORCED):
        assert behaviour_of(f"1512555{100 + index:04}", CarrierMix(seed=index)) is behaviour


def test_the_mix_is_met_over_many_numbers() -> None:
    mix = CarrierMix(weights=((Behaviour.PERSON_HELLO, 1), (Behaviour.BUSY, 3)))
    assert thresholds(mix)[-1][1] == 10000
    drawn = [behaviour_of(f"1704{number:07}", mix) for number in range(4000)]
    assert 0.22 < drawn.count(Behaviour.PERSON_HELLO) / len(drawn) < 0.28


def test_a_number_takes_its_time_within_the_spans_of_the_mix() -> None:
    mix = CarrierMix()
    fates = [fate_of(f"1704{number:07}", mix) for number in range(4000)]
    usual = [fate.ring_s for fate in fates if fate.behaviour is Behaviour.PERSON_HELLO]
    slow = [fate.ring_s for fate in fates if fate.behaviour is Behaviour.SLOW_ANSWER]
    for drawn, span in ((usual, mix.ring_s), (slow, mix.slow_ring_s)):
        assert span[0] <= min(drawn) < span[0] + 1.0 and span[1] - 1.0 < max(drawn) <= span[1]
    assert {fate.patience_s for fate in fates} == {2, 3, 4}
    assert all(mix.talk_s[0] <= fate.talk_s <= mix.talk_s[1] for fate in fates)
    early = [fate.early_talk_s for fate in fates]
    assert (min(early), max(early)) == pytest.approx(mix.early_talk_s)
