"""Scores of Californian schools, with what R's package survey says of their means.

The samples apiclus1 (15 school districts drawn, all of their schools taken) and apistrat (200
schools drawn by type) come with the package (Lumley 2004, Journal of Statistical Software 9);
the scores are the Academic Performance Index of 2000, of the California Department of Education.
The figures were computed with survey 4.5, without a correction for finite populations.
"""

import numpy as np
import pandas as pd

DISTRICTS = {
    637: "608 684 612 710 729 714 759 585 625 664 669",
    437: "443 467 482 496",
    778: "411 494",
    197: "493 592 550 689 598 628 652 628 832 777 709 709 736",
    406: "561 555",
    815: "696 631 564 602",
    178: "529 491 510 547",
    255: "814 806 715 785 720 905 617 630 629 696 476 757 825 595 552 847",
    568: "714 724 687 723 662 699 807 679 691",
    135: (
        "622 754 655 764 795 505 638 733 523 511 710 657 602 490 664 651 603 698 511 814 "
        "669 711 538 705 595 551 762 521 709 780 780 722 828 737"
    ),
    510: ("595 661 502 614 585 582 642 536 746 667 629 745 674 637 696 632 639 745 789 656 789"),
    716: (
        "517 478 582 592 587 553 516 535 566 481 472 559 610 599 551 554 561 505 492 504 "
        "487 627 465 529 625 436 542 515 461 528 512 508 670 760 652 546 717"
    ),
    61: "701 748 735 699 685 827 711 677 759 697 742 691 700",
    413: "551",
    448: "703 676 714 842 824 717 836 733 719 817 749 781",
}
"""Scores of the schools of each district that was drawn, by the district's number."""

TYPES = {
    "E": (
        44.2099990844727,
        "840 516 531 501 720 805 778 731 592 669 497 638 534 705 761 771 751 474 832 "
        "559 765 744 865 782 745 892 619 616 703 509 806 759 740 642 565 726 863 765 "
        "893 398 539 776 580 503 724 476 529 870 746 836 756 423 588 606 632 651 553 "
        "676 861 588 597 884 819 542 509 493 893 709 596 609 671 720 669 650 836 542 "
        "578 814 777 719 617 856 723 609 676 668 421 667 631 845 631 696 714 788 667 "
        "568 847 679 477 521",
    ),
    "H": (
        15.1000003814697,
        "467 522 455 509 681 666 582 641 510 527 681 724 525 712 680 784 743 593 518 "
        "770 721 713 816 641 667 610 618 717 610 868 678 418 712 784 472 764 646 585 "
        "556 600 599 706 409 635 477 710 453 546 646 624",
    ),
    "M": (
        20.3600006103516,
        "496 505 409 609 867 685 647 745 694 676 870 500 679 552 559 650 565 443 774 "
        "668 581 878 753 528 678 535 667 534 648 551 485 765 743 403 695 551 467 669 "
        "773 780 693 635 660 733 657 606 522 601 819 627",
    ),
}
"""Weight of a school of each type, and the scores of those that were drawn."""

CLUSTERED = {"mean": 644.169398907104, "se": 23.7790107208869, "df": 14}
CLUSTERED_RANGE = (593.168493261091, 695.170304553117)
"""With Student's t, as ``confint(svymean(~api00, design), df = degf(design))``."""
CLUSTERED_VARIANCE = 11182.8227946917
"""Variance of the scores, as ``svyvar(~api00, design)``."""
OF_LOS_ANGELES = {"districts": (197, 406), "mean": 647.266666666667, "se": 17.4230693023744}
"""A domain: the schools of two of the districts, as ``svyby(~api00, ~cname, design, svymean)``."""
STRATIFIED = {"mean": 662.287363159321, "se": 9.53613229692516}
STRATIFIED_RANGE = (643.596887305538, 680.977839013103)


def read_clustered() -> pd.DataFrame:
    """Give the clustered sample: value (the score through 10), weight and cluster."""
    rows = [(int(one), 33.846996307373, place) for place, said in DISTRICTS.items()
            for one in said.split()]  # fmt: skip
    return _frame(rows, "cluster")


def read_stratified() -> pd.DataFrame:
    """Give the stratified sample: value (the score through 10), weight and stratum."""
    rows = [(int(one), weight, kind) for kind, (weight, said) in TYPES.items()
            for one in said.split()]  # fmt: skip
    return _frame(rows, "stratum")


def _frame(rows: list[tuple[int, float, object]], name: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["value", "weight", name])
    return frame.assign(value=frame["value"].astype(np.float64) / 10)
