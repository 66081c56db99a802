# ruff: noqa: E501  paragraphs as people write them
"""Longer answers as students write them: right as they stand, wrong with one number changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from prose_samples import PARTLY, RIGHT, TOPICS, known_record

from reportgen.answers.prose_check.check import find_claims

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
    (
        "compare",
        """After training both models for ten epochs I evaluated them on their test sets. The results were as follows: MNIST scored 97.85 %, and Fashion-MNIST scored 88.15 %. On the data used for training they scored 99.66 % and 91.76 % respectively. It is clear that the model for digits does a better job. One reason could be that there is more variety in clothing: a shirt and a coat can look almost the same. Another might be the low resolution of 28 x 28 pixels.""",
    ),
    (
        "compare",
        """Fashion-MNIST turned out to be the harder data set. My model for it was right for 8,815 of the 10,000 test pictures, compared to 9,785 of 10,000 for MNIST. That is a difference of 970 pictures or 9.7 points. On the training pictures the fashion model is also behind (91.8 % vs. 99.7 %).""",
    ),
    (
        "compare",
        """The two accuracies on unseen data are 97.9 % (digits) and 88.2 % (fashion), so digits wins. I trained each model only once with seed 0. With another seed the numbers would differ by perhaps 0.3 points. That would not change the order.""",
    ),
    (
        "compare",
        """Looking only at the training accuracy, 99.7 % for MNIST and 91.8 % for Fashion-MNIST, the first model fits its data nearly perfectly. What matters more is the accuracy on test data. There MNIST is ahead as well, by 9.7 points: 97.9 % against 88.2 %.""",
    ),
    (
        "accuracy",
        """Result of `model.evaluate`: the loss on the test data is 0.0801 and the accuracy 0.9785. On the training data the loss is 0.0117 and the accuracy 0.9966. That means 202 wrong training images and 215 wrong test images.""",
    ),
    (
        "accuracy",
        """My network reached an accuracy of 99.7% on the train set and 97.9% on the test set, which I find impressive for such a small network with only 101,770 parameters. The remaining 2.1% of the test digits are often hard to read even for people.""",
    ),
    (
        "accuracy",
        """1. I loaded 60,000 training and 10,000 test images.
2. I divided all pixels by 255.
3. I trained for 10 epochs; the training accuracy was above 99 % at the end.
4. I evaluated on the test images: 97.85 %.

So about 98 of 100 new digits are recognised.""",
    ),
    (
        "accuracy",
        """The training accuracy is 99.66 percent. The testing accuracy is 97.85 percent. There is a gap of 1.81 percentage points between the two. Dropout of 20 % or fewer epochs could make it smaller.""",
    ),
    (
        "argmax",
        """The prediction for test image 57 is a Coat (index 4). When I print test_labels[57] I get 4 as well. So they match, and the model was right, even though it gave only 59.5 % to that class.""",
    ),
    (
        "array",
        """predictions[57] holds ten values. They say how likely the model finds each of the ten classes: Coat has 59.5 %, Shirt 30.9 % and Pullover 9.6 %. All the other classes get next to nothing.""",
    ),
    (
        "single",
        """For test image 500 the ten probabilities are dominated by two classes. Pullover has 0.531, and Shirt has 0.4105. T-shirt/top has 0.0252. The predicted class is therefore Pullover. It agrees with the label. A second softmax is not needed, as the model's last layer already gives probabilities; applying it twice would only flatten them.""",
    ),
    (
        "verify",
        """**Image 20:** The model says Pullover with 97.1 %, and that is the label.

**Image 40:** The model says T-shirt/top with 83.9 %, but the label is Shirt, which got 16.1 %.""",
    ),
    (
        "verify",
        """I looked at images 20 and 40. The first prediction is correct: a pullover with 97.1 %. The second is not correct, the shirt was taken for a T-shirt.""",
    ),
    (
        "verify-digits",
        """Test image 17 is a seven; the network gives class 7 a probability of 0.9998. Test image 5 is a one with 0.9953. Both were classified correctly, with high confidence.""",
    ),
    (
        "softmax",
        """I appended a Softmax layer to the trained model and called predict on all 10,000 test images. Softmax exponentiates each logit and divides by the sum. argmax gives the position of the highest value. With 10 classes a clueless model would give 10 % to each of them.""",
    ),
    (
        "accuracy",
        """For this assignment I trained a small network on the MNIST digits. It has 784 inputs, one hidden layer with 128 units and ReLU, and 10 outputs. I used Adam with a learning rate of 0.001 for 10 epochs and a batch size of 32.

After training I evaluated it with `model.evaluate`. On the 60,000 training images the accuracy was 99.66 % (loss 0.0117), on the 10,000 test images 97.85 % (loss 0.0801). The test accuracy is what counts, because the model never saw these images. The drop of 1.81 percentage points shows mild overfitting: 0.34 % of the training images are wrong, but 2.15 % of the test images.

A person would probably get about 99.8 % right, so there is room for improvement. With a convolutional layer one can reach over 99 %.""",
    ),
    (
        "compare",
        """The model for the digits is more accurate. On the test images it reaches 97.85 %, whereas the model for clothing reaches 88.15 %. That is a difference of 9.7 percentage points, which is far more than chance could explain.

Why? Digits have simple shapes and every class looks quite different, although a 4 and a 9 can be confused. Clothes overlap more: shirts, T-shirts, pullovers and coats have nearly the same outline at 28 x 28 pixels. Both models have the same architecture and were trained for 10 epochs, so the data make the difference.

It is also visible on the training images: 99.66 % against 91.76 %.""",
    ),
    (
        "compare",
        """| Model | Training | Test | Gap |
|---|---|---|---|
| MNIST | 99.66 % | 97.85 % | 1.81 points |
| Fashion-MNIST | 91.76 % | 88.15 % | 3.61 points |

As the table shows, MNIST is ahead in both columns, and its gap is smaller.""",
    ),
    (
        "verify",
        """I looked at test images 20 and 40.

1. Image 20 is a pullover. The model predicts Pullover with 97.1 %, so it is right.
2. Image 40 is a shirt. The model predicts T-shirt/top with 83.9 % and gives Shirt only 16.1 %, so it is wrong.

Shirts and T-shirts look alike at this resolution, so I am not surprised.""",
    ),
    (
        "argmax",
        """Yes. `np.argmax(predictions[57])` is 4, and the label `test_labels[57]` is also 4. Both stand for Coat. So the model classified this image correctly. It was not very confident, though: 59.5 % for Coat, 30.9 % for Shirt and 9.6 % for Pullover.""",
    ),
    (
        "array",
        """The array has ten numbers, one for each class. They add up to 1 because the softmax layer turns the logits into probabilities. The largest one is 0.5954 and stands at index 4, which is Coat. The second largest is 0.3087 at index 6 (Shirt). The others are small or 0.""",
    ),
    (
        "single",
        """The model is right: it predicts Pullover (index 2) and the label is 2.

The probabilities are 53.1 % for Pullover and 41.05 % for Shirt, so it is a close decision. I first added a batch dimension, because the model expects an array of shape (n, 28, 28).""",
    ),
    (
        "verify-digits",
        """Image 17 shows a 7. The model predicts 7 with a probability of 99.98 %. Image 5 shows a 1, and the model predicts 1 with 99.53 %. Both predictions are right, so the two labels and the two predictions agree.""",
    ),
    (
        "accuracy",
        """Results

- train accuracy: .9966
- test accuracy: .9785
- train loss: .0117
- test loss: .0801

The model is slightly worse on data it has not seen, which is normal.""",
    ),
    (
        "compare",
        """Neither model is perfect. The digits model makes 215 mistakes on 10,000 test images and the clothing model 1,185, which is five and a half times as many.""",
    ),
    (
        "compare",
        """My Fashion-MNIST model has an accuracy of 88.15% on the test set (91.76% on the training set). My MNIST model has 97.85% (99.66% on the training set). So MNIST wins.""",
    ),
    (
        "compare",
        """In both cases the training accuracy is higher than the test accuracy, by 1.8 points for digits and by 3.6 points for fashion.""",
    ),
    (
        "compare",
        """Even though both networks are identical, digits reach 97.85 % and garments 88.15 % on test. I think that is because garments vary more.""",
    ),
    (
        "accuracy",
        """The 95 % confidence interval for the test accuracy is [0.975, 0.981].""",
    ),
    (
        "compare",
        """Fashion-MNIST: training 0.9176, testing 0.8815. MNIST: training 0.9966, testing 0.9785.""",
    ),
    (
        "compare",
        """MNIST: training accuracy 99.66 %, testing accuracy 97.85 %, 215 errors. Fashion-MNIST: training accuracy 91.76 %, testing accuracy 88.15 %, 1,185 errors.""",
    ),
    (
        "compare",
        """Test accuracy of MNIST minus test accuracy of Fashion-MNIST: 97.85 % - 88.15 % = 9.7 percentage points.""",
    ),
    (
        "compare",
        """The digits model is right 97.85 % of the time on unseen images. For the clothing model this figure is 88.15 %.""",
    ),
    (
        "compare",
        """For MNIST I got 97.85 % (test) and 99.66 % (train); for Fashion-MNIST I got 88.15 % (test) and 91.76 % (train).""",
    ),
    (
        "compare",
        """The training and test accuracies were 99.66 % and 97.85 % for MNIST, and 91.76 % and 88.15 % for Fashion-MNIST.""",
    ),
    (
        "compare",
        """MNIST reached 99.66 % in training and 97.85 % in testing, Fashion-MNIST 91.76 % and 88.15 %.""",
    ),
    (
        "verify",
        """The first image (20) is classified correctly, the second (40) is not.""",
    ),
    (
        "single",
        """The second most likely class is Shirt with 41 %, which is not far from the 53 % of Pullover.""",
    ),
    (
        "array",
        """Class 4 gets 59.5 %, class 6 gets 30.9 % and class 2 gets 9.6 %.""",
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
    "8,815": "9,015",
    "9,785": "9,885",
    "99.7 %": "98.7 %",
    "99.7%": "98.7%",
    "97.9%": "99.1%",
    "91.8 %": "95.8 %",
    "202": "402",
    "30.9 %": "10.9 %",
    "9.6 %": "19.6 %",
    "0.531": "0.731",
    "0.4105": "0.2105",
    "0.0252": "0.1252",
    "0.9998": "0.7998",
    "0.9953": "0.8953",
}


def changed(
    texts: Iterable[tuple[str, str]],
) -> Iterator[tuple[str, str, slice]]:
    """(question, text, where it was changed) with one number changed, for every number."""
    for question, text in texts:
        for old, new in CHANGES.items():
            for place in re.finditer(rf"(?<![\d.,]){re.escape(old)}", text):
                start, end = place.span()
                yield question, text[:start] + new + text[end:], slice(start, start + len(new))


CHANGED = tuple(
    (question, text, f"{text[max(0, at.start - 25) : at.stop]}".replace("\n", " "))
    for question, text, at in changed(ANSWERS)
)


def statuses(question: str, text: str) -> list[str]:
    return [c.judgement.status for c in find_claims(text, (), RECORD, TOPICS[question])]


@pytest.mark.parametrize(("question", "answer"), ANSWERS, ids=[a[:40] for _, a in ANSWERS])
def test_a_right_answer_is_never_flagged(question: str, answer: str) -> None:
    assert "contradicted" not in statuses(question, answer)


@pytest.mark.parametrize(("question", "answer", "_"), CHANGED, ids=[name for *_, name in CHANGED])
def test_one_wrong_number_is_found(question: str, answer: str, _: str) -> None:
    assert "contradicted" in statuses(question, answer)


def test_a_changed_number_of_a_right_sentence_is_never_supported_and_mostly_flagged() -> None:
    found = [
        {
            claim.judgement.status
            for claim in find_claims(text, (), RECORD, TOPICS[question])
            if {*claim.sentence.places[claim.start : claim.end]} & {*range(at.start, at.stop)}
        }
        for question, text, at in changed((*RIGHT, *PARTLY))
        if not re.search(r"(?:over|than|exceeds|least|more)\s$", text[: at.start])  # still right
    ]
    assert len(found) >= 300
    assert not [each for each in found if "supported" in each and "contradicted" not in each]
    assert sum("contradicted" in each for each in found) >= 0.9 * len(found)
