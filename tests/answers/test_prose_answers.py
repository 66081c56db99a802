# ruff: noqa: E501  paragraphs as people write them
"""Longer answers as students write them: right as they stand, wrong with one number changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from prose_samples import TOPICS, known_record

from reportgen.answers.prose.finder import find_claims
from reportgen.answers.prose.judge import judge

RECORD = known_record()

ANSWERS: tuple[tuple[str, str], ...] = (
    (
        "compare",
        """I trained the same network twice, once on MNIST and once on Fashion-MNIST. Each training ran for 10 epochs with Adam. The digits model got 97.85 % of its 10,000 test images right, and 99.66 % of its training images. For the clothing model the numbers are lower: 88.15 % on the test set and 91.76 % on the training set. So the digits model is more accurate. Both models show a gap between training and test accuracy, 1.8 points for digits and 3.6 points for clothing.

I believe the reason is that clothes such as shirts, coats and pullovers look alike at 28 by 28 pixels, while digits have clearer shapes. A CNN would probably do better, perhaps 99 % on digits.""",
    ),
    (
        "compare",
        """Both models use the same layers and were trained in the same way. Their test accuracies are 0.9785 (MNIST) and 0.8815 (Fashion-MNIST). The difference of 9.7 percentage points is far larger than what chance would explain, since with 10,000 images the 95 % interval is less than one point wide. Therefore I would say that MNIST is easier.""",
    ),
    (
        "compare",
        """| | MNIST | Fashion-MNIST |
|---|---|---|
| Training accuracy | 99.66 % | 91.76 % |
| Test accuracy | 97.85 % | 88.15 % |
| Test errors | 215 | 1,185 |

As the table shows, the digits model is better on both parts of the data.""",
    ),
    (
        "accuracy",
        """The network was fitted for 10 epochs. After that it classified 99.66 % of the 60,000 training images correctly. On the 10,000 test images, which it had never seen, 97.85 % were right. In other words, it makes 215 mistakes on the test set, about 2 %. The training accuracy is a little higher than the test accuracy, as is usual; this is a sign of slight overfitting. The loss tells the same story: 0.0117 on the training images and 0.0801 on the test images.""",
    ),
    (
        "accuracy",
        """## Training

During training the accuracy rose from about 0.92 in the first epoch to 0.995 in the last. Evaluated afterwards, the accuracy on the training data is 0.9966.

## Testing

The accuracy is 0.9785, or nearly 98 %. So 2 in 100 unseen digits are misread.""",
    ),
    (
        "array",
        """I chose test image 57. The array of predictions is [0.0001, 0, 0.0958, 0, 0.5954, 0, 0.3087, 0, 0, 0]. Each number is the probability that the model gives to one class, and together they add up to 1. The largest one is 0.5954 at index 4, so the model predicts Coat. Shirt follows with 0.3087 and Pullover with 0.0958. The model is not very sure: it would bet on a coat only in six of ten cases.""",
    ),
    (
        "single",
        """I used test image 500. The model predicted index 2, which stands for Pullover, and the label is also 2. Thus the prediction matches the label, although the probability is just 53 %; Shirt comes second with 41 %. Softmax is not applied a second time, since the last layer of probability_model already does it. If it were, the top value would shrink from 0.53 to about 0.15.""",
    ),
    (
        "verify",
        """The first image (number 20) is a pullover and the model recognises it with 97.1 %. The second one (number 40) is a shirt, but the model takes it for a T-shirt with 83.9 %; the true class gets only 16.1 %. So one prediction is right and one is wrong.""",
    ),
    (
        "softmax",
        """Softmax takes the ten logits and turns them into probabilities. For example, logits of 2, 1 and 0 become 0.67, 0.24 and 0.09. Every value is between 0 and 1. argmax then returns the index of the largest value, which is 4 for this image.""",
    ),
    (
        "verify-digits",
        """Image 17 shows a 7. The model gives it 99.98 % and is right. Image 5 shows a 1, predicted as 1 with 99.5 %. Both match.""",
    ),
    (
        "compare",
        """MNIST had a higher accuracy in both training and testing. It reached 99.66% in training and 97.85% in testing, while Fashion-MNIST reached 91.76% and 88.15%. This may be because handwritten digits vary less than pieces of clothing, but I did not measure that.""",
    ),
    (
        "compare",
        """The test accuracy of the digits model is 97.9 %. That of the clothing model is 88.2 %. The former is clearly better.""",
    ),
    (
        "accuracy",
        """- **Training accuracy:** 99.66 %
- **Test accuracy:** 97.85 %
- **Gap:** 1.81 points""",
    ),
    (
        "accuracy",
        """The model performs well. With a test accuracy of 97.85 %, it fails on roughly one digit in fifty. I tried a learning rate of 0.01 first, but then the test accuracy was only 96.2 %. With the default of 0.001 it is better.""",
    ),
)

CHANGES = {
    "97.85": "95.85",
    "99.66": "97.16",
    "88.15": "85.15",
    "91.76": "93.76",
    "0.9785": "0.9585",
    "0.8815": "0.8415",
    "0.9966": "0.9866",
    "97.9 %": "95.9 %",
    "88.2 %": "90.2 %",
    "1.8 points": "2.8 points",
    "3.6 points": "5.6 points",
    "9.7 percentage": "7.7 percentage",
    "215": "315",
    "1,185": "1,585",
    "0.0117": "0.0217",
    "0.0801": "0.1801",
    "0.5954": "0.7954",
    "0.3087": "0.2087",
    "53 %": "73 %",
    "41 %": "21 %",
    "97.1 %": "87.1 %",
    "83.9 %": "73.9 %",
    "16.1 %": "36.1 %",
    "99.98 %": "89.98 %",
    "99.5 %": "79.5 %",
    "1.81 points": "2.81 points",
    "nearly 98 %": "nearly 96 %",
}


def changed() -> Iterator[tuple[str, str, str]]:
    for question, answer in ANSWERS:
        for old, new in CHANGES.items():
            for place in re.finditer(rf"(?<![\d.,]){re.escape(old)}", answer):
                around = answer[max(0, place.start() - 25) : place.start()].replace("\n", " ")
                wrong = answer[: place.start()] + new + answer[place.end() :]
                yield question, wrong, f"{around}{old} -> {new}"


CHANGED = tuple(changed())


def statuses(question: str, text: str) -> list[str]:
    return [judge(c, RECORD).status for c in find_claims(text, (), RECORD, TOPICS[question])]


@pytest.mark.parametrize(("question", "answer"), ANSWERS, ids=[a[:40] for _, a in ANSWERS])
def test_a_right_answer_is_never_flagged(question: str, answer: str) -> None:
    assert "contradicted" not in statuses(question, answer)


@pytest.mark.parametrize(("question", "answer", "_"), CHANGED, ids=[name for *_, name in CHANGED])
def test_one_wrong_number_is_found(question: str, answer: str, _: str) -> None:
    assert "contradicted" in statuses(question, answer)
