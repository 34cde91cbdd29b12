"""A short meeting that has everything minutes tell."""

from tests.vc.example import example_plan
from tests.vc.server.conference.meeting import CHAIR, OPERATOR, Meeting, lobby, site
from vc import acts
from vc.server.conference import rules
from vc.server.minutes.account import Account, account_of
from vc.state import Policy


def held(policy: Policy = Policy(), *, ended: bool = True) -> Meeting:  # noqa: B008 - frozen
    meeting = Meeting(rules.begin(example_plan(policy, sites=4)))
    meeting.does(OPERATOR, acts.OpenLobby(), acts.OpenRollCall())
    meeting.arrives("trung-tam", "dong-ha", "quang-tri")
    for name in ("trung-tam-1", "trung-tam-2", "dong-ha-1", "quang-tri-2"):
        meeting.does(site(name[:-2]), acts.CheckIn(delegate=name))
    meeting.later(90)
    meeting.does(OPERATOR, acts.StartMeeting(), acts.SetRecording(on=True))
    meeting.does(OPERATOR, acts.SetItem(item="khai-mac"))
    meeting.does(CHAIR, acts.GiveFloor(member="trung-tam"))
    meeting.later(300)
    meeting.does(CHAIR, acts.TakeFloor())
    meeting.does(OPERATOR, acts.SetItem(item="bao-cao"), acts.ShowPaper(paper="bao-cao", page=2))
    ask = acts.RequestSpeech(
        request="r1", delegate="dong-ha-1", content="Giải ngân vốn đầu tư công <quý IV> & kiến nghị"
    )
    meeting.does(site("dong-ha"), ask)
    meeting.does(site("quang-tri"), acts.RequestSpeech(request="r2", delegate="quang-tri-2"))
    meeting.does(CHAIR, acts.RefuseSpeech(request="r2", reason="Đã hết thời gian thảo luận"))
    meeting.does(CHAIR, acts.GiveFloor(member="dong-ha", request="r1"))
    meeting.later(125)
    meeting.departs("quang-tri")
    meeting.later(5)
    meeting.arrives("quang-tri")
    meeting.does(site("dong-ha"), acts.TakeFloor())
    meeting.does(CHAIR, acts.OpenBallot(ballot="b1", question="Thông qua kế hoạch tháng 12?"))
    for name, option in (("dong-ha-1", 0), ("quang-tri-2", 1), ("trung-tam-2", 0)):
        vote = acts.CastVote(ballot="b1", delegate=name, option=option)
        meeting.does(site(name[:-2]), vote)
    meeting.later(60)
    meeting.does(CHAIR, acts.CloseBallot(ballot="b1"))
    if ended:
        meeting.later(20)
        meeting.does(CHAIR, acts.EndMeeting())
    return meeting


def account(policy: Policy = Policy(), *, ended: bool = True) -> Account:  # noqa: B008 - frozen
    meeting = held(policy, ended=ended)
    return account_of(meeting.state, meeting.facts)


def large() -> Account:
    """Return the minutes of a meeting with many sites and speeches: more than one page."""
    meeting = lobby(example_plan(Policy(speech_requires_checkin=False)))
    meeting.does(CHAIR, acts.StartMeeting(), acts.SetItem(item="thao-luan"))
    for one in meeting.state.plan.sites * 5:
        meeting.does(CHAIR, acts.GiveFloor(member=one.id))
        meeting.later(61)
    meeting.does(CHAIR, acts.EndMeeting())
    return account_of(meeting.state, meeting.facts)
