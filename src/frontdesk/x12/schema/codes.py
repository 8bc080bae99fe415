"""Named lists of codes that several places of the guides allow."""

CODES: dict[str, str] = {
    "ambulance_conditions": ("01 04 05 06 07 08 09 12 "),
    "attachments": (
        "03 04 05 06 07 08 09 10 11 13 15 21 A3 A4 AM AS B2 B3 B4 BR BS BT CB CK CT D2 DA DB "
        "DG DJ DS EB HC HR I5 IR LA M1 MT NN OB OC OD OE OX OZ P4 P5 PE PN PO PQ PY PZ RB RR "
        "RT RX SG V5 XP "
    ),
    "claim_entities": (
        "03 1P 1Z 40 41 71 72 73 77 82 85 87 DK DN DQ FA GB HK IL LI MSC PR PRP QB QC QD SEP "
        "TL TTP TU "
    ),
    "coverage_levels": ("CHD DEP E1D E2D E3D E5D E6D E7D E8D E9D ECH EMP ESP FAM IND SPC SPO TWO "),
    "filing": ("11 12 13 14 15 16 17 AM BL CH CI DS FI HM LM MA MB MC OF TV VA WC ZZ "),
    "group_faults": ("1 2 3 4 5 6 10 11 12 13 14 15 16 17 18 19 23 24 25 26 "),
    "insurance_lines": (
        "AG AH AJ AK DCP DEN EPO FAC HE HLT HMO LTC LTD MM MOD PDG POS PPO PRA STD UR VIS "
    ),
    "maintenance_reasons": (
        "01 02 03 04 05 06 07 08 09 10 11 14 15 16 17 18 20 21 22 25 26 27 28 29 31 32 33 37 "
        "38 39 40 41 43 59 AA AB AC AD AE AF AG AH AI AJ AL EC XN XT "
    ),
    "member_bodies": (
        "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 AD AS AT CD "
        "CS CT ED ES ET GM HD HS HT LT MD MS MT ND NS NT PD PS PT TD TS TT UT "
    ),
    "member_relationships": (
        "01 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 23 24 25 26 31 38 53 60 D2 G8 G9 "
    ),
    "membership_dates": (
        "050 286 296 297 300 301 303 336 337 338 339 340 341 350 351 356 357 383 385 386 393 "
        "394 473 474 "
    ),
    "pointers": ("1 2 3 4 5 6 7 8 9 10 11 12 "),
    "provider_adjustments": (
        "50 51 72 90 AH AM AP B2 B3 BD BN C5 CR CS CT CV CW DM E3 FB FC GO HM IP IR IS J1 L3 "
        "L6 LE LS OA OB PI PL RA RE SL TL WO WU "
    ),
    "set_faults": ("1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 18 19 23 24 25 26 27 I5 I6 "),
    "status_entities": (
        "03 13 17 1E 1G 1H 1I 1O 1P 1Q 1R 1S 1T 1U 1V 1W 1X 1Y 1Z 28 2A 2B 2D 2E 2I 2K 2P 2Q "
        "2S 2Z 30 36 3A 3C 3D 3E 3F 3G 3H 3I 3J 3K 3L 3M 3N 3O 3P 3Q 3R 3S 3T 3U 3V 3W 3X 3Y "
        "3Z 40 43 44 4A 4B 4C 4D 4E 4F 4G 4H 4I 4J 4L 4M 4N 4O 4P 4Q 4R 4S 4U 4V 4W 4X 4Y 4Z "
        "5A 5B 5C 5D 5E 5F 5G 5H 5I 5J 5K 5L 5M 5N 5O 5P 5Q 5R 5S 5T 5U 5V 5W 5X 5Y 5Z 61 6A "
        "6B 6C 6D 6E 6F 6G 6H 6I 6J 6K 6L 6M 6N 6O 6P 6Q 6R 6S 6U 6V 6W 6X 6Y 71 72 73 74 77 "
        "7C 80 82 84 85 87 95 CK CZ D2 DD DJ DK DN DO DQ E1 E2 E7 E9 FA FD FE G0 G3 GB GD GI "
        "GJ GK GM GY HF HH I3 IJ IL IN LI LR MR MSC OB OD OX P0 P2 P3 P4 P6 P7 PRP PT PV PW QA "
        "QB QC QD QE QH QK QL QN QO QS QV QY RC RW S4 SEP SJ SU T4 TL TQ TT TTP TU UH X3 X4 X5 "
        "ZZ "
    ),
    "asker_references": ("0B 1C 1D 1J 4A CT EL EO HPI JD N5 N7 Q4 SY TJ "),
    "asker_rejects": ("15 41 43 44 45 46 47 48 50 51 79 97 T4 "),
    "benefit_dates": (
        "096 193 194 198 290 291 292 295 304 307 318 346 347 348 349 356 357 435 472 636 771 "
    ),
    "benefit_entities": (
        "11 13 1I 1P 2B 36 73 FA GP GW I3 IL LR OC P3 P4 P5 PR PRP SEP TTP VER VN VY X3 Y2 "
    ),
    "benefit_levels": ("CHD DEP ECH EMP ESP FAM IND SPC SPO "),
    "benefit_periods": ("6 7 13 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 "),
    "benefit_quantities": ("8H 99 CA CE D3 DB DY HS LA LE M2 MN P6 QA S7 S8 VS YY "),
    "benefit_references": ("18 1L 1W 49 6P 9F ALS CLI F6 FO G1 IG M7 N6 NQ "),
    "benefit_rejects": ("15 33 52 53 54 55 56 57 60 61 62 63 69 70 98 AA AE AF AG AO CI E8 IA MA "),
    "benefits": ("1 2 3 4 5 6 7 8 A B C CB D E F G H I J K L M MC N O P Q R S T U V W X Y "),
    "insurance_types": (
        "12 13 14 15 16 41 42 43 47 AP C1 CO CP D DB EP FF GP HM HN HS IN IP LC LD LI LT MA MB "
        "MC MH MI MP OT PE PL PP PR PS QM RP SP TF WC WU "
    ),
    "kin": ("01 04 05 07 10 15 17 18 19 20 21 22 23 24 29 32 33 34 36 39 40 41 43 53 G8 "),
    "member_dates": (
        "096 102 152 291 307 318 340 341 342 343 346 347 356 357 382 435 442 458 472 539 540 "
        "636 771 "
    ),
    "member_references": ("18 1L 1W 3H 49 6P CE CT EA EJ F6 GH HJ IF IG ML MRC N6 NQ Q4 SY Y4 "),
    "member_rejects": (
        "15 33 35 42 43 45 47 48 49 51 52 54 55 56 57 58 60 61 62 63 64 65 66 67 68 71 72 73 "
        "74 75 76 77 78 "
    ),
    "provider_roles": ("AD AT BI CO CV H HH LA OT P1 P2 PC PE R RF SB SK SU "),
    "service_types": (
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 30 32 33 "
        "34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 "
        "62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 "
        "90 91 92 93 94 95 96 97 98 99 A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE AF AG AH "
        "AI AJ AK AL AM AN AO AQ AR B1 B2 B3 BA BB BC BD BE BF BG BH BI BJ BK BL BM BN BP BQ "
        "BR BS BT BU BV BW BX BY BZ C1 CA CB CC CD CE CF CG CH CI CJ CK CL CM CN CO CP CQ DG "
        "DM DS GF GN GY IC MH NI ON PT PU RN RT TC TN UC "
    ),
    "business_units": (
        "TRN02 NM109 PATIENT_NAME_NM109 SUBSCRIBER_NAME_NM109 ENT01 SUBSCRIBER_NUMBER_REF02 CLM01 "
    ),
    "review_attachments": (
        "03 04 05 06 07 08 09 10 11 13 15 21 48 55 59 77 A3 A4 AM AS AT B2 B3 BR BS BT CB CK "
        "D2 DA DB DG DJ DS FM HC HR I5 IR LA M1 NN OB OC OD OE OX P4 P5 P6 P7 PE PN PO PQ PY "
        "PZ QC QR RB RR RT RX SG V5 XP "
    ),
    "review_diagnoses": ("ABF ABJ ABK APR BF BJ BK DR LOI PR TQ "),
    "review_frequencies": (
        "1 2 3 4 5 6 7 8 9 A B C D E F G H J K L M N O P Q R S SA SB SC SD SG SL SP SX SY SZ T "
        "U V W X Y "
    ),
    "review_providers": ("71 72 73 77 AAJ DD DK DN FA G3 P3 QB QV SJ "),
    "review_rejects": (
        "04 15 33 35 41 42 43 44 45 46 47 49 50 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
        "67 68 69 70 71 72 73 74 75 76 77 78 79 80 82 83 84 85 86 87 88 89 90 91 92 95 96 97 "
        "98 AA AE AF AG AH AI AJ AK AL AM AO CI E8 IA MA T4 T5 "
    ),
    "service_providers": ("1T 72 73 77 DD DK DQ FA G3 P3 QB QV SJ "),
    "spine": (
        "C1 C2 C3 C4 C5 C6 C7 CO IL L1 L2 L3 L4 L5 OC SA T1 T10 T11 T12 T2 T3 T4 T5 T6 T7 T8 T9 "
    ),
}
