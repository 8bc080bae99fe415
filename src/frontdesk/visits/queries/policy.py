"""When a site wants to be alarmed."""

from frontdesk.core.composed import Composed
from frontdesk.practice.models import Site
from frontdesk.visits.models import FlowPolicy
from frontdesk.visits.rules import flow


def policy_of(site: Site) -> FlowPolicy:
    """Return the site's policy; one that says nothing of its own has the usual minutes."""
    return _policies.first(site.pk) or FlowPolicy(site=site)


_policies = Composed(lambda site: FlowPolicy.objects.filter(site_id=site).order_by("pk")[:1])


def limits_of(policy: FlowPolicy) -> dict[str, int]:
    """Return the minutes after which each stage raises its hand."""
    return {
        flow.ARRIVED: policy.arrived_minutes,
        flow.ROOMED: policy.roomed_minutes,
        flow.CHECK_OUT: policy.checkout_minutes,
    }
