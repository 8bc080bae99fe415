"""The world the sandbox starts with: nine made-up payers, a plan each, and a family to try."""

from typing import Any

_SERVICES = {
    "98": {"copay": "25.00"},
    "5": {"coinsurance": "0.10"},
    "4": {"coinsurance": "0.20"},
    "80": {"copay": "0.00"},
    "62": {"needs_authorization": True},
    "35": {"is_covered": False},
}


def _plan(
    payer: str, name: str, copay: str, deductible: str, limit: str, kind: str, **more: Any
) -> dict[str, Any]:
    return {
        "id": f"{payer}-1",
        "payer": payer,
        "name": name,
        "group": "10010",
        "insurance_type": kind,
        "deductible": deductible,
        "out_of_pocket": limit,
        "coinsurance": "0.20",
        "services": {**_SERVICES, "98": {"copay": copay}},
        "needs_authorization": ["70551", "70553", "72148", "97110", "97140", "Z9701"],
        "reviews": {"70553": "A3", "72148": "A4", "97110": "A2", "97140": "A6"},
        "not_covered": ["S9999", "Z9999"],
        **more,
    }


def _payer(payer: str, name: str, ratio: str, days: int, **more: Any) -> dict[str, Any]:
    return {"id": payer, "name": name, "allowed_ratio": ratio, "filing_days": days, **more}


WORLD: dict[str, Any] = {
    "payers": [
        _payer("DEMOMCR", "Demo Medicare Part B", "0.42", 365),
        _payer("DEMOMA1", "Demo Advantage Plan", "0.43", 180),
        _payer("DEMOMCD", "Demo State Medicaid", "0.31", 365, finds_by_name=True),
        _payer("DEMOMC2", "Demo Medicaid Managed Care", "0.32", 180),
        _payer("DEMOPPO", "Demo Blue PPO", "0.58", 365, finds_by_name=True),
        _payer("DEMOHMO", "Demo National HMO", "0.52", 90),
        _payer("DEMOEPO", "Demo United EPO", "0.55", 90, finds_by_name=True),
        _payer("DEMOHDH", "Demo High-Deductible Plan", "0.57", 180),
        _payer("DEMOTRI", "Demo Military Plan", "0.41", 365),
    ],
    "plans": [
        {
            **_plan("DEMOMCR", "Part B", "0.00", "257.00", "9999.00", "MB"),
            "services": {"98": {"coinsurance": "0.20", "deductible_applies": True}},
        },
        _plan("DEMOMA1", "Advantage", "15.00", "0.00", "4900.00", "MA"),
        _plan("DEMOMCD", "State Medicaid", "3.00", "0.00", "200.00", "MC"),
        _plan("DEMOMC2", "Managed Medicaid", "3.00", "0.00", "200.00", "MC"),
        _plan(
            "DEMOPPO",
            "Choice",
            "25.00",
            "1500.00",
            "5000.00",
            "PR",
            family_deductible="3000.00",
            family_out_of_pocket="10000.00",
        ),
        _plan("DEMOHMO", "National HMO", "20.00", "500.00", "4000.00", "HM"),
        _plan("DEMOEPO", "United EPO", "40.00", "1000.00", "6000.00", "EP"),
        {
            **_plan("DEMOHDH", "Saver 3000", "0.00", "3000.00", "6500.00", "PR"),
            "services": {"80": {"copay": "0.00"}},
        },
        _plan("DEMOTRI", "Prime", "0.00", "0.00", "1000.00", "CH"),
    ],
    "members": [
        {
            "id": "W123456789",
            "plan": "DEMOPPO-1",
            "last": "Lee",
            "first": "Ann",
            "born": "1980-05-04",
            "sex": "F",
            "begins": "2024-01-01",
            "deductible_used": "587.40",
            "out_of_pocket_used": "812.40",
        },
        {
            "id": "W123456789",
            "plan": "DEMOPPO-1",
            "last": "Lee",
            "first": "Tom",
            "born": "2015-03-09",
            "sex": "M",
            "relationship": "19",
            "begins": "2024-01-01",
        },
        {
            "id": "W200000001",
            "plan": "DEMOHMO-1",
            "last": "Ended",
            "first": "Edna",
            "born": "1970-01-02",
            "sex": "F",
            "begins": "2020-01-01",
            "ends": "2026-01-31",
            "other_payer": "Demo United EPO",
        },
    ],
}
