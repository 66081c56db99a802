# ruff: noqa: E501  a sentence is easier to read on one line
"""Sentences of students, true and false, on two reports whose numbers are known.

A line is ``question|T or F|sentence``. They have what people write and a checker easily gets
wrong: predicted and true labels, ranks, positions counted from 0 or from 1, numbers in brackets,
differences of several kinds, classes by name, by index and by numeral.
"""

from __future__ import annotations

from typing import Any

from prose_samples import BOTH, known_record, make_prediction

from reportgen.answers.derive import derive
from reportgen.answers.prose_check.context import Topic
from reportgen.answers.prose_check.images import ImageRef


def student_record() -> dict[str, Any]:
    """The evidence that ``STUDENT`` speaks of: 97.15 % and 87.40 % of the test images."""
    record = known_record(
        digits_train=58_860, digits_test=9_715, fashion_train=54_013, fashion_test=8_740
    )
    fashion, digits = record["models"]["fashion"], record["models"]["digits"]
    fashion["predictions"] = [
        make_prediction("predict", 42, 3, {0: 0.0821, 1: 0.0121, 2: 0.0013, 3: 0.4170, 4: 0.0471, 6: 0.4397, 8: 0.0008}),
        make_prediction("verify", 21, 5, {5: 0.9766, 7: 0.0225, 9: 0.0008}),
        make_prediction("verify", 33, 3, {0: 0.0017, 1: 0.0040, 2: 0.0021, 3: 0.9648, 4: 0.0185, 6: 0.0009, 8: 0.0081}),
        make_prediction("single", 77, 2, {0: 0.0001, 2: 0.9993, 4: 0.0003, 6: 0.0003}),
    ]  # fmt: skip
    digits["predictions"] = [
        make_prediction("verify_digits", 8, 5, {4: 0.0090, 5: 0.2275, 6: 0.7632, 8: 0.0001, 9: 0.0001}),
        make_prediction("verify_digits", 61, 8, {2: 0.1065, 3: 0.0003, 5: 0.0003, 8: 0.8928}),
    ]  # fmt: skip
    _fitted(fashion, 6, (0.2702, 0.3536), (0.2790, 0.8968))
    _fitted(digits, 6, (0.0598, 0.0956), (0.1089, 0.9651))
    record["derived"] = derive(record)
    return record


def formal_record() -> dict[str, Any]:
    """The evidence that ``FORMAL`` speaks of: 97.59 % and 86.17 %, not compared."""
    record = known_record(
        digits_train=59_061, digits_test=9_759, fashion_train=53_020, fashion_test=8_617
    )
    fashion, digits = record["models"]["fashion"], record["models"]["digits"]
    fashion["predictions"] = []
    digits["predictions"] = [make_prediction("chosen", 5741, 4, {4: 1.0})]
    _fitted(fashion, 3, (0.3142, 0.3745), (0.3360, 0.8781))
    _fitted(digits, 3, (0.0539, 0.0784), (0.0782, 0.9767))
    record["comparison"] = None
    record["derived"] = derive(record)
    return record


def _fitted(
    model: dict[str, Any], epochs: int, losses: tuple[float, float], printed: tuple[float, float]
) -> None:
    """Set what a training gave; ``printed`` are the running means of the last epoch."""
    model["training"]["epochs"] = epochs
    model["train"]["loss"], model["test"]["loss"] = losses
    history = model["training"]["history"]
    history["loss"][-1], history["accuracy"][-1] = printed


def _images(model: str, *places: int) -> tuple[ImageRef, ...]:
    return tuple(ImageRef(model, place) for place in places)


FASHION, DIGITS = frozenset({"fashion"}), frozenset({"digits"})
QUESTIONS = {
    "comparison": Topic("compare", BOTH, ()),
    "digits-accuracy": Topic("measure", DIGITS, ()),
    "argmax-label": Topic("match", FASHION, _images("fashion", 0)),
    "predictions-array": Topic("predict", FASHION, _images("fashion", 0)),
    "softmax-argmax": Topic("explain", FASHION, _images("fashion", 0)),
    "verify-predictions": Topic("show", FASHION, _images("fashion", 1, 2)),
    "digits-verify": Topic("show", DIGITS, _images("digits", 0, 1)),
    "single-prediction": Topic("match", FASHION, _images("fashion", 3)),
    "training-images": Topic("show", FASHION, ()),
    "digits-grid": Topic("show", DIGITS, ()),
    "split": Topic("explain", FASHION, ()),
    "relu-softmax": Topic("explain", FASHION, ()),
    "loss-optimizer": Topic("explain", frozenset(), ()),
    "training-shape": Topic("measure", DIGITS, ()),
    "training-labels": Topic("measure", DIGITS, ()),
    "test-shape": Topic("measure", DIGITS, ()),
    "probability-model": Topic("match", BOTH, _images("digits", 0)),
}

STUDENT = """\
comparison|T|Out of 10,000 handwritten digits, 285 came out wrong; for clothing it was 1,260.
comparison|F|Out of 10,000 handwritten digits, 1,260 came out wrong; for clothing it was 285.
comparison|T|Fashion lags behind digits by almost ten points.
comparison|F|Digits lags behind fashion by almost ten points.
comparison|T|If I round, digits gets 97 out of 100 and clothing 87 out of 100.
comparison|T|Roughly one in eight garments is misclassified.
comparison|F|Roughly one in eight digits is misclassified.
comparison|T|The clothing network fails about four times as often as the digit network.
comparison|T|It is the handwritten digits on which the network did better.
comparison|F|It is the clothes on which the network did better.
comparison|T|Neither model reaches 98 % on unseen images.
comparison|F|Neither model falls below 90 % on unseen images.
comparison|F|Both models get past 90 % on the test set.
comparison|T|Both models get past 87 % on the test set.
comparison|T|Only the digits model passes 90 % on the test set.
comparison|F|Only the fashion model passes 90 % on the test set.
comparison|T|On its own training images the fashion model gets 90.02 %, which is still less than digits gets on images it has never seen (97.15 %).
comparison|F|On its own training images the fashion model gets 97.15 %, which is more than digits gets on images it has never seen (90.02 %).
comparison|T|Test accuracy dropped from 97.15% for digits to 87.40% for fashion.
comparison|F|Test accuracy rose from 87.40% for digits to 97.15% for fashion.
comparison|T|Going from MNIST to Fashion-MNIST costs us 9.75 percentage points.
comparison|F|Going from Fashion-MNIST to MNIST costs us 9.75 percentage points.
comparison|T|Swapping digits for clothes lowers accuracy from 97.2 % to 87.4 %.
comparison|T|Clothing had the lower accuracy, digits the higher one.
comparison|F|Clothing had the higher accuracy, digits the lower one.
comparison|T|Of the two, MNIST is what the network finds easier.
comparison|F|Of the two, Fashion-MNIST is what the network finds easier.
comparison|T|No, the clothing model is not the better one.
comparison|F|No, the digits model is not the better one.
comparison|T|I would not call the fashion model better: it has 87.4 % against 97.15 %.
comparison|T|The winner is MNIST.
comparison|F|The winner is Fashion-MNIST.
comparison|T|Although the fashion model trained just as long, it never caught up with digits.
comparison|T|Fashion: 1260 errors. Digits: 285 errors.
comparison|F|Fashion: 285 errors. Digits: 1260 errors.
comparison|T|The error of the clothing model (12.6%) is more than four times that of the digits model (2.85%).
comparison|F|The error of the clothing model (2.85%) is less than a quarter of that of the digits model (12.6%).
digits-accuracy|T|It got 9715 right.
digits-accuracy|F|It got 9715 wrong.
digits-accuracy|T|2.85 per cent of the images fooled it.
digits-accuracy|F|2.85 per cent of the images were recognised.
digits-accuracy|T|The model scored 98.1 while fitting and 97.15 when tested.
digits-accuracy|F|The model scored 97.15 while fitting and 98.1 when tested.
digits-accuracy|T|Test accuracy came to 97.15 %, a little below the 98.1 % on the training images.
digits-accuracy|F|Test accuracy came to 98.1 %, a little above the 97.15 % on the training images.
digits-accuracy|T|The accuracy fell by 0.95 points between training and test.
digits-accuracy|F|The accuracy rose by 0.95 points between training and test.
digits-accuracy|T|Not quite 3 % were misread.
digits-accuracy|F|Not even 2 % were misread.
digits-accuracy|T|Accuracy on the 10,000 test images: 0.9715; loss: 0.0956.
digits-accuracy|F|Accuracy on the 10,000 test images: 0.0956; loss: 0.9715.
digits-accuracy|T|Three in a hundred, more or less, are read wrongly.
argmax-label|T|The highest entry is at index 6, so Shirt, but the image shows a Dress.
argmax-label|F|The highest entry is at index 3, so Dress, but the image shows a Shirt.
argmax-label|T|No. The network says Shirt (44 %), the label says Dress (it gave that 41.7 %).
argmax-label|F|No. The network says Dress (44 %), the label says Shirt (it gave that 41.7 %).
argmax-label|T|It mistook a dress for a shirt.
argmax-label|F|It mistook a shirt for a dress.
argmax-label|T|A dress was taken for a shirt.
argmax-label|F|A shirt was taken for a dress.
argmax-label|T|The dress was confused with a shirt.
argmax-label|T|What it thought was a shirt is really a dress.
argmax-label|F|What it thought was a dress is really a shirt.
argmax-label|T|The right answer would have been Dress, which came second with 41.7 %.
argmax-label|F|The right answer would have been Shirt, which came second with 41.7 %.
argmax-label|T|Shirt only narrowly beats Dress, 43.97 % to 41.70 %.
argmax-label|F|Dress only narrowly beats Shirt, 43.97 % to 41.70 %.
argmax-label|T|They do not agree.
argmax-label|F|They agree.
argmax-label|T|Prediction and label are different.
argmax-label|F|Prediction and label are the same.
argmax-label|F|The model got it right.
argmax-label|T|The model didn't get this one right.
argmax-label|T|Unfortunately the network was fooled by image 42.
argmax-label|F|Fortunately the network was not fooled by image 42.
argmax-label|T|The label is 3, not 6.
argmax-label|F|The label is 6, not 3.
argmax-label|T|np.argmax gave 6 whereas test_labels[42] is 3.
argmax-label|F|np.argmax gave 3 whereas test_labels[42] is 6.
verify-predictions|T|Image 21 is a sandal and image 33 a dress, and the model got both.
verify-predictions|F|Image 21 is a dress and image 33 a sandal, and the model got both.
verify-predictions|T|Neither prediction is wrong.
verify-predictions|F|Neither prediction is right.
verify-predictions|F|One of the two is wrong.
verify-predictions|F|The first is right, the second is not.
verify-predictions|T|For the sandal it is 98 % sure, for the dress 96 %.
verify-predictions|F|For the sandal it is 96 % sure, for the dress 98 %.
verify-predictions|F|For the dress it is 98 % sure, for the sandal 96 %.
digits-verify|T|The 8 is read correctly, the 5 as a 6.
digits-verify|F|The 5 is read correctly, the 8 as a 6.
digits-verify|T|Image 8 is a 5 that the model read as a 6.
digits-verify|F|Image 8 is a 6 that the model read as a 5.
digits-verify|T|One of the two is wrong.
digits-verify|F|Both were recognised.
digits-verify|T|Image 61 was right and image 8 was not.
digits-verify|F|Image 8 was right and image 61 was not.
digits-verify|T|The 5 got only 22.75 %.
digits-verify|T|It was 89 % sure about the 8 and 76 % sure that the 5 was a 6.
single-prediction|T|It predicts class 2, i.e. Pullover, with 99.93 %, and that is what the label says.
single-prediction|F|It predicts class 2, i.e. Pullover, with 99.93 %, but that is not what the label says.
single-prediction|T|Pullover, and rightly so.
single-prediction|F|Coat, and rightly so.
single-prediction|T|The model is practically certain (99.93 %) that this is a pullover, as it is.
single-prediction|F|The model is practically certain (99.93 %) that this is a coat, as it is.
training-shape|T|There are 60,000 training and 10,000 test images.
training-shape|F|There are 10,000 training and 60,000 test images.
training-labels|T|Ten labels, 0 to 9.
training-labels|T|There are 60,000 labels.
split|T|The gap of 2.62 points between 90.02 % and 87.40 % shows some overfitting.
split|F|The gap of 2.62 points between 87.40 % on training and 90.02 % on test shows some overfitting.
relu-softmax|T|After softmax the ten values add up to 1 (100 %).
loss-optimizer|T|With Adam, the clothing loss ends at 0.27 on training and 0.35 on test images.
loss-optimizer|F|With Adam, the clothing loss ends at 0.35 on training and 0.27 on test images.
comparison|T|The digits model (97.15%) is more accurate than the fashion model (87.4%).
comparison|F|The fashion model (97.15%) is more accurate than the digits model (87.4%).
comparison|T|The clothing model made many more mistakes than the digits model (1260 against 285).
comparison|F|The clothing model made fewer mistakes than the digits model (285 against 1260).
comparison|T|The test accuracy is higher for digits than for fashion (97.15% and 87.40%).
comparison|T|Fashion is the harder dataset (87.4% compared to 97.15%).
comparison|T|Fashion is the harder dataset, with 87.4% (digits: 97.15%).
comparison|T|Fashion is the harder dataset (digits 97.15%, fashion 87.4%).
comparison|F|Fashion is the harder dataset (digits 87.4%, fashion 97.15%).
comparison|T|Digits: 97.15% (training 98.1%). Clothing: 87.4% (training 90.02%).
comparison|F|Digits: 97.15% (training 90.02%). Clothing: 87.4% (training 98.1%).
comparison|T|The gap between training and test is bigger for fashion (2.6 points) than for digits (1 point).
comparison|F|The gap between training and test is bigger for digits (2.6 points) than for fashion (1 point).
comparison|T|The gap between training and test accuracy is 1.7 points larger for the fashion model.
comparison|T|The difference between the models is 8.1 points on the training data and 9.75 points on the test data.
comparison|F|The difference between the models is 9.75 points on the training data and 8.1 points on the test data.
comparison|T|The difference between training and test accuracy is 0.95 for digits and 2.62 for fashion.
comparison|T|The digits model loses 0.95 points, the fashion model 2.62 points from training to test.
comparison|T|The fashion model is 9.75% worse.
comparison|T|The digits model has a loss of 0.0956, the fashion model one of 0.3536.
comparison|F|The digits model has a test loss of 0.3536, the fashion model one of 0.0956.
comparison|T|With an error of 2.85% digits does better than fashion with 12.6%.
comparison|T|Shirts are recognised in only 55% of the cases.
comparison|T|The fashion model gets 97% of the trousers right.
comparison|T|The hardest class is shirt with 55.4%, the easiest is trouser with 97.1%.
comparison|T|On clothes, the model was right 87.4% of the time, while on digits it was 97.15%.
comparison|T|I expected the digits model to be better, and it was, by 9.75 points.
comparison|T|The error rate of the fashion model is 4.4 times as high.
comparison|T|The fashion model reached an accuracy of 90% on the training images, which the digits model beat by 8 points.
comparison|T|Fashion's test accuracy is 10.7 points below the digits model's training accuracy.
comparison|T|My digits model correctly labelled 9,715 images, my fashion model 8,740.
comparison|F|My digits model correctly labelled 8,740 images, my fashion model 9,715.
comparison|T|The 95% interval of the difference is 9.0 to 10.5 points, so zero is not in it.
comparison|T|The fashion model did worse than the digits model (87.4% and 97.15%).
comparison|T|The fashion model did worse than the digits model (97.15% vs. 87.4%).
comparison|T|The digits model beats the fashion model on the test (97.15% vs. 87.40%) and on the training set (98.10% vs. 90.02%).
comparison|F|The digits model beats the fashion model on the test (98.10% vs. 90.02%) and on the training set (97.15% vs. 87.40%).
comparison|T|Both lose accuracy on unseen data (digits 98.1% to 97.15%, fashion 90.02% to 87.4%).
comparison|F|Both lose accuracy on unseen data (digits 99.1% to 97.15%, fashion 90.02% to 88.4%).
comparison|T|The test results (97.15% and 87.4%) are lower than the training results (98.1% and 90.02%).
comparison|T|The number of errors (1260) is much higher for clothes than for digits (285).
comparison|F|The number of errors (285) is much lower for clothes than for digits (1260).
comparison|T|Digits got 97.15%, which is 9.75 points more than fashion (87.4%).
comparison|F|Digits got 97.15%, which is 5.75 points more than fashion (87.4%).
comparison|T|Compared to MNIST (97.15%), Fashion-MNIST (87.4%) is clearly harder.
comparison|F|Compared to MNIST (87.4%), Fashion-MNIST (97.15%) is clearly harder.
comparison|T|On the training set the digits model is 8 points ahead.
comparison|F|On the training set the digits model is 18 points ahead.
comparison|T|Training accuracies differ by 8 points, test accuracies by almost 10.
comparison|T|The fashion model's training accuracy (90%) is even lower than the digits model's test accuracy (97%).
comparison|F|The fashion model's training accuracy is higher than the digits model's test accuracy.
comparison|T|The fashion model's training accuracy is 7.1 points lower than the digits model's test accuracy.
comparison|T|The error is 2.85% against 12.6%.
comparison|T|The digits model makes less than a quarter of the mistakes.
comparison|T|The model with the digits made 285 mistakes, the one with clothes 1,260, so 975 more.
comparison|T|There were 975 more errors with clothes.
comparison|T|Digits wins, 97 to 87.
comparison|T|87.4% for the clothing is still good.
comparison|F|89.4% for the clothing is still good.
comparison|T|The two models differ by 9.75 percentage points in test accuracy and by 8.08 in training accuracy.
comparison|T|The overfitting is 2.6 points for clothes and 1 point for digits.
comparison|F|The overfitting is 1 point for clothes and 2.6 points for digits.
comparison|T|The gap of the fashion model is almost three times the gap of the digits model (2.62 vs. 0.95 points).
comparison|T|The digits model has an accuracy of 97.15% on the test set and so is better than the fashion model, which has 87.4%.
comparison|T|The fashion model has 87.4%, whereas on digits I got 97.15%.
comparison|F|The fashion model has 97.15%, whereas on digits I got 87.4%.
comparison|T|97.15 % (MNIST) > 87.40 % (Fashion-MNIST)
comparison|F|87.40 % (MNIST) < 97.15 % (Fashion MNIST), so fashion wins.
comparison|T|MNIST: 98.1/97.15, Fashion: 90.0/87.4 (train/test).
comparison|T|The first model got 87.4% (fashion) and the second 97.15% (digits).
comparison|T|Fashion gets 87.4% of the test pictures right, so 12.6% wrong; with digits only 2.85% are wrong.
comparison|F|Fashion gets 87.4% of the test pictures right, so 12.6% wrong; with digits only 1.85% are wrong.
comparison|T|Of 10,000 test images 9,715 digits but only 8,740 pieces of clothing were recognised.
comparison|F|Of 10,000 test images 8,740 digits but 9,715 pieces of clothing were recognised.
comparison|T|While the fashion model has trouble with shirts (55%), the digits model gets at least 95% of every digit right.
comparison|T|It is about 10 percentage points between them.
comparison|F|It is about 20 percentage points between them.
comparison|T|The training accuracies are 98.1% and 90.0%.
comparison|T|Test losses: 0.096 (digits), 0.354 (fashion).
comparison|F|Test losses: 0.354 (digits), 0.096 (fashion).
comparison|T|The loss of the fashion model is higher.
comparison|F|The loss of the fashion model is lower.
comparison|T|The digits model isn't perfect either, it makes 285 mistakes.
comparison|F|The digits model is perfect, it makes no mistakes on the test set.
comparison|T|I think digits is easier, because the accuracy is 9.75% higher.
comparison|F|I think fashion is easier, because the accuracy is 9.75% higher.
comparison|T|Neither of the two models got 98% on the test set.
comparison|F|Neither of the two models got 95% on the test set.
comparison|T|Only the digits model got more than 90% of the test images right.
comparison|F|Only the fashion model got more than 90% of the test images right.
comparison|T|The fashion model stays below 90% on the test set, the digits model above 95%.
comparison|F|The fashion model stays above 90% on the test set, the digits model above 95%.
comparison|T|My digits network was best on the test data. The clothes network was not as good.
comparison|T|Clothes are more difficult since shirts and pullovers look nearly the same, so the accuracy is lower.
comparison|T|Even the training accuracy of the fashion model (90%) does not reach the test accuracy of the digits model.
comparison|T|The model for numbers is better at its job than the model for clothes is at its.
comparison|T|I was surprised that fashion was not better.
comparison|T|I first thought fashion would be better, but it was worse.
comparison|T|The images of clothes contain more detail than the digits, which makes them harder.
comparison|T|The digits have lower error than the clothes.
comparison|F|The digits have higher error than the clothes.
comparison|T|Of both models the one with MNIST had the better results, in training as well as in the test.
comparison|F|Of both models the one with Fashion-MNIST had the better results, in training as well as in the test.
comparison|T|In contrast to the digits, the clothes were only recognised with 87%.
comparison|F|In contrast to the clothes, the digits were only recognised with 87%.
comparison|T|The accuracy went down by almost 10 points when switching from digits to clothes.
comparison|T|If you switch from digits to clothes, you lose almost 10 points.
comparison|T|Digits: 98% on training, 97% on test. Clothes: 90% on training, 87% on test. So digits win both times.
comparison|F|Digits: 90% on training, 87% on test. Clothes: 98% on training, 97% on test. So clothes win both times.
comparison|T|Both models are better than guessing, which would give 10%.
comparison|T|Both did well, but digits did better.
comparison|F|Both did well, but clothes did better.
comparison|T|The model with the dropout layer (digits) is more accurate.
comparison|T|The digits model has one more layer (dropout) but fewer neurons.
comparison|T|The digits model has fewer parameters (50,890) than the fashion model (101,770), yet a higher accuracy.
comparison|F|The digits model has fewer parameters (50,890) than the fashion model (101,770), and a lower accuracy.
comparison|T|The best class of the fashion model is trouser, the worst is shirt.
comparison|T|Coats are recognised worse (75.7%) than bags (96.6%).
comparison|T|The worst class in fashion is shirt, with only 55.4% recognised.
comparison|T|Shirts are the weak point of the fashion model: 144 of them were taken for T-shirts.
comparison|T|The lower accuracy of the fashion model comes from shirts.
comparison|F|The lower accuracy of the digits model comes from sevens.
comparison|T|We can be 95% sure that the difference is between 9.0 and 10.5 points.
comparison|T|The confidence interval of the digits model is 96.8% to 97.5%, that of the fashion model 86.7% to 88.0%.
comparison|F|The confidence interval of the digits model is 86.7% to 88.0%, that of the fashion model 96.8% to 97.5%.
comparison|T|Since the intervals (96.8 to 97.5% and 86.7 to 88.0%) do not overlap, digits is better.
comparison|T|The model for the handwritten digits made 285 errors in the test and the model for the clothing 1,260, over four times as many.
comparison|T|It got 97.15%. The other one got 87.4%.
comparison|T|The digits model got 97.15%. The other one got 87.4%.
comparison|F|The digits model got 87.4%. The other one got 97.15%.
comparison|T|My answer: the digits. 97.15% is more than 87.4%.
comparison|T|The fashion accuracy of 87% is okay but the 97% of MNIST is better.
comparison|F|The MNIST accuracy of 87% is okay but the 97% of fashion is better.
comparison|T|Accuracy for digits in the test: 97.15%; for clothes: 87.40%; difference: 9.75.
comparison|T|MNIST 97.15, Fashion MNIST 87.4.
comparison|F|MNIST 87.4, Fashion MNIST 97.15.
comparison|T|The digits accuracy was higher in training (98.1% vs. 90.0%) as well as in testing (97.2% vs. 87.4%).
comparison|F|The digits accuracy was higher in training (97.2% vs. 87.4%) as well as in testing (98.1% vs. 90.0%).
comparison|T|The fashion model gets one in eight images wrong.
comparison|F|The fashion model gets one in twenty images wrong.
comparison|T|12.6 percent of clothes are classified wrong but only 2.9 percent of digits.
comparison|F|2.9 percent of clothes are classified wrong but 12.6 percent of digits.
comparison|T|The digits model's 97.15% is closer to perfect than the fashion model's 87.4%.
comparison|T|Its accuracy in the test was 9.75 percentage points lower than that of digits.
comparison|T|A difference of 10 points is a lot, it means 975 images.
comparison|T|Digits are easier, as the nearly ten points show.
comparison|T|The digits model would win even if its accuracy were 5 points lower.
comparison|T|MNIST got the better accuracy with 97.15%, while Fashion-MNIST came in at 87.4%.
comparison|F|MNIST got the better accuracy with 94.15%, while Fashion-MNIST came in at 87.4%.
comparison|T|The model trained on fashion performs about 10% worse.
comparison|T|Fashion is 10% less accurate.
comparison|F|Fashion is 10% more accurate.
comparison|T|The accuracy of the digits model on test data is as high as 97%.
comparison|T|No model reached 99%.
comparison|F|No model reached 95% on the test set.
comparison|T|Neither network is perfect.
comparison|T|Not the fashion model but the digits model is more accurate.
comparison|F|Not the digits model but the fashion model is more accurate.
comparison|T|It isn't the fashion model that is more accurate.
comparison|F|It isn't the digits model that is more accurate.
comparison|T|The digits and not the clothes were easier.
comparison|T|The digits model (97.15%) did a better job than the other one (87.4%).
comparison|F|The digits model (87.4%) did a better job than the other one (97.15%).
comparison|T|MNIST reached 97.15% against 87.4%.
comparison|F|MNIST reached 87.4% against 97.15%.
comparison|T|Digits: test 97.15 / train 98.10; clothing: test 87.40 / train 90.02.
comparison|T|Comparing 97.15% with 87.40% it is clear that the digits are easier to learn.
comparison|F|Comparing 97.15% with 87.40% it is clear that the clothes are easier to learn.
comparison|T|The MNIST model classified 975 more test images correctly.
comparison|F|The fashion model classified 975 more test images correctly.
comparison|T|The fashion model has an error rate of 12.6%, more than four times that of the digits model (2.85%).
comparison|F|The fashion model has an error rate of 2.85%, the digits model 12.6%.
comparison|T|Accuracy MNIST > accuracy Fashion-MNIST.
comparison|F|Accuracy MNIST < accuracy Fashion-MNIST.
comparison|T|Fashion-MNIST was meant to be harder than MNIST, and here it is: 87% vs 97%.
comparison|T|Both reach at least 87% on the test set.
comparison|F|Both reach at least 97% on the test set.
comparison|T|The training accuracy was 98% for MNIST and 90% for Fashion-MNIST.
comparison|F|The training accuracy was 90% for MNIST and 98% for Fashion-MNIST.
comparison|T|With digits the test accuracy is 0.95 points below the training accuracy, with clothes 2.62 points.
comparison|F|With digits the test accuracy is 2.62 points below the training accuracy, with clothes 0.95 points.
comparison|T|Clothes have the larger drop from training to test.
comparison|F|Digits have the larger drop from training to test.
comparison|T|The digits model drops by 0.95 points from training to test, the fashion model by 2.62.
comparison|T|There's a 2.6-point gap for fashion.
comparison|F|There's a 4.6-point gap for fashion.
comparison|T|The digits model also has the lower test loss (0.096 instead of 0.354).
comparison|F|The digits model also has the lower test loss (0.196 instead of 0.354).
comparison|T|87.4% of clothes and 97.15% of digits were recognised.
comparison|F|97.15% of clothes and 87.4% of digits were recognised.
comparison|T|Where the digits model fails on 3 of 100 images, the fashion model fails on 13.
comparison|F|Where the digits model fails on 13 of 100 images, the fashion model fails on 3.
comparison|T|I think a CNN would get above 99% on digits and above 92% on clothes.
comparison|T|It is easier for a network to tell a 1 from a 0 than a shirt from a coat.
comparison|T|A shirt and a T-shirt look more alike than a 3 and an 8.
comparison|T|The digits network (50,890 parameters) is half as big but better.
comparison|T|For me, 87% is not bad.
comparison|T|The winner with 97.15% is MNIST, the loser with 87.40% Fashion-MNIST.
comparison|F|The winner with 97.15% is Fashion-MNIST, the loser with 87.40% MNIST.
comparison|T|First place goes to the digits model.
comparison|F|First place goes to the fashion model.
comparison|T|The fashion model comes second.
comparison|T|Fashion MNIST has the worse model.
comparison|T|The difference in training accuracy is 8.08 points, in test accuracy 9.75 points.
comparison|F|The difference in training accuracy is 9.75 points, in test accuracy 8.08 points.
comparison|T|The digits model is clearly better, it gets about 97% of the test images right while the clothing model only manages 87%.
comparison|F|The clothing model actually beat the digits model on the test set.
comparison|T|Fashion MNIST was roughly ten points behind.
comparison|F|The gap between the two models was about 5 percentage points.
comparison|T|The fashion network made more than four times as many mistakes as the digit network (1260 vs. 285).
comparison|F|The fashion network made twice as many mistakes as the digit network.
comparison|F|Both models scored above 90% on the test data.
comparison|T|Both models did better on the data they were trained on than on the test data.
comparison|F|Neither model overfit at all: the training and test accuracies are identical.
comparison|T|MNIST is the easier dataset, since the model reaches a higher accuracy on it.
comparison|F|There was no real difference between the two models.
comparison|T|I trained both networks for six epochs.
comparison|F|Each model was trained for 10 epochs.
comparison|F|The digits model had a bigger gap between training and test accuracy than the fashion model.
comparison|T|The fashion model overfits more, its gap is 2.6 points compared to just under 1 point for the digits.
comparison|F|The error rate on clothing is around 8%.
comparison|T|About one in eight clothing images is misclassified, but only about one in 35 digits.
comparison|F|Roughly every fifth clothing picture is classified wrong.
comparison|T|The accuracy on the digits was nearly 10 points higher.
comparison|F|After running both models repeatedly, the digits model semed to consistantly score at 95% and above on its accuracy on the test data, while the fashion model scored lower 90s and upper 80s accuracy scores on its test data.
comparison|F|Fashion MNIST turned out to be easier for the network than the digits.
comparison|T|The fashion model confuses pullovers and coats most often.
comparison|F|The fashion model confuses sneakers and bags most often.
comparison|T|With regard to test accuracy, the network trained on MNIST (97.15 %) clearly surpasses the network trained on Fashion-MNIST (87.40 %), a margin of 9.75 percentage points.
comparison|F|With regard to test accuracy, the network trained on MNIST (97.15 %) clearly surpasses the network trained on Fashion-MNIST (87.40 %), a margin of 12.75 percentage points.
comparison|T|Although its training accuracy exceeds 90 %, the fashion model attains only 87.4 % on held-out images.
comparison|F|Although its training accuracy exceeds 92 %, the fashion model attains only 87.4 % on held-out images.
comparison|T|The generalisation gap amounts to 0.95 percentage points for MNIST and to 2.62 percentage points for Fashion-MNIST.
comparison|F|The generalisation gap amounts to 2.62 percentage points for MNIST and to 0.95 percentage points for Fashion-MNIST.
comparison|T|On average over both models, about 92% of the test images are right.
comparison|T|Averaged over the two datasets the accuracy is 92.3 %.
comparison|T|The sum of the errors of both models is 1,545.
comparison|T|In total the two models made 1,545 mistakes on 20,000 test images.
comparison|T|For every error of the digits model, the fashion model makes 4.4.
comparison|T|The accuracy on clothing would have to rise by 10 points to reach that on digits.
comparison|T|Accuracy: digits 97.15 % (+9.75 points).
comparison|T|The ratio of the error rates is 12.6 to 2.85.
comparison|T|Of 100 pictures the digits model gets 97 right, the fashion model 87.
comparison|F|Of 100 pictures the digits model gets 87 right, the fashion model 97.
comparison|T|I would choose the digits model as it is right 97 times out of 100 as opposed to 87.
comparison|T|Our first model (fashion) is right in 87.4% and our second (digits) in 97.15% of all cases.
comparison|F|Our first model (fashion) is right in 97.15% and our second (digits) in 87.4% of all cases.
comparison|T|The fashion model does not reach 90 percent on its test set, although it was above 90 percent on its training set.
comparison|T|Digits came first, clothes second.
comparison|F|Clothes came first, digits second.
comparison|T|The second model is better than the first (97.15% vs 87.4%).
comparison|T|The latter, trained on digits, has the higher accuracy.
comparison|T|The one for digits is better by almost ten points, the one for clothes has more to learn.
comparison|T|MNIST beats Fashion-MNIST on both sets: by 8.1 points in training and 9.8 points in testing.
comparison|F|MNIST beats Fashion-MNIST on both sets: by 9.8 points in training and 8.1 points in testing.
comparison|T|The worst confusion is between coat and pullover: 163 coats were taken for pullovers.
comparison|T|Only 55% of the shirts but 97% of the trousers were recognised.
comparison|T|Training for 6 epochs gave 97.15% on digits; the tutorial, with 10 epochs, has 97.7%.
comparison|T|After six epochs the digits model is at 97.15%, the fashion model at 87.4%.
comparison|F|After six epochs the digits model is at 87.15%, the fashion model at 87.4%.
comparison|T|Digits did best: 97.15 % on its test images, which is higher than fashion's training accuracy of 90.02 %.
comparison|T|The clothing model already struggles with its training images (90.02 %), let alone new ones (87.40 %).
comparison|F|The clothing model already struggles with its training images (87.40 %), let alone new ones (90.02 %).
comparison|T|We see 97.15 % and 87.40 %, so there is a clear winner: digits.
comparison|F|We see 97.15 % and 87.40 %, so there is a clear winner: clothing.
comparison|T|For digits, training and test accuracy are 98.10 % and 97.15 %; for clothing they are 90.02 % and 87.40 %.
comparison|F|For digits, training and test accuracy are 90.02 % and 87.40 %; for clothing they are 98.10 % and 97.15 %.
comparison|T|Training accuracy: MNIST 98.10 %, Fashion-MNIST 90.02 %. Test accuracy: MNIST 97.15 %, Fashion-MNIST 87.40 %.
comparison|F|Training accuracy: MNIST 98.10 %, Fashion-MNIST 90.02 %. Test accuracy: MNIST 87.40 %, Fashion-MNIST 97.15 %.
comparison|T|The MNIST one is clearly ahead, with an accuracy of 97.15 %, on the test set, against an accuracy of 87.40 %.
comparison|T|The model that classifies clothing has 12.6 % errors, the one that classifies digits 2.85 %.
comparison|F|The model that classifies clothing has 2.85 % errors, the one that classifies digits 12.6 %.
comparison|T|Whereas 2.85 % of the digits are misread, 12.6 % of the clothes are.
comparison|F|Whereas 12.6 % of the digits are misread, 2.85 % of the clothes are.
comparison|T|If I had to use one of them, it would be the digits model with 97.15 %.
comparison|T|Had I trained longer, clothing might have reached 89 %.
comparison|T|The fashion model got better with every epoch and ended at 89.7 % in the printed training accuracy.
comparison|T|Fashion is behind in training by 8.08 and in testing by 9.75 points.
comparison|F|Fashion is behind in training by 9.75 and in testing by 8.08 points.
comparison|T|Comparing the gaps, 0.95 points for digits is less than 2.62 points for fashion.
comparison|F|Comparing the gaps, 2.62 points for digits is more than 0.95 points for fashion.
comparison|T|The fashion model has a gap that is 1.67 points larger.
comparison|T|The digits model is not perfect, but better.
comparison|T|The fashion model is not bad, but worse.
comparison|F|The digits model is not bad, but worse.
comparison|T|The results were not equal: digits came out better.
comparison|F|The results were equal.
comparison|T|The test results differ more (9.75 points) than the training results (8.08 points).
comparison|F|The test results differ less (8.08 points) than the training results (9.75 points).
comparison|T|Among 10,000 clothes the model got 8,740 and among 10,000 digits 9,715.
comparison|F|Among 10,000 clothes the model got 9,715 and among 10,000 digits 8,740.
comparison|T|97 percent vs. 87 percent, digits vs. clothes.
comparison|T|My numbers: 97.15 (digits) - 87.40 (clothes) = 9.75.
comparison|F|My numbers: 97.15 (digits) - 88.40 (clothes) = 8.75.
comparison|T|The one trained with numbers is better in recognizing numbers than the one trained with clothes in recognizing clothes.
comparison|T|Clothes: 1,260 wrong. Digits: 285 wrong.
comparison|F|Clothes: 285 wrong. Digits: 1,260 wrong.
comparison|T|My MNIST model outperforms my Fashion-MNIST model on new data by almost 10 percentage points, 97.15% to 87.40%.
comparison|F|My MNIST model outperforms my Fashion-MNIST model on new data by almost 20 percentage points, 97.15% to 87.40%.
comparison|T|MNIST's accuracy (97.15%) is greater than Fashion MNIST's (87.40%).
comparison|F|MNIST's accuracy (87.40%) is less than Fashion MNIST's (97.15%).
comparison|T|I believe the MNIST model is more accurate since numbers are simpler than clothes, where e.g. shirt and pullover look similar.
comparison|F|I believe the Fashion-MNIST model is more accurate since numbers are simpler than clothes, where e.g. shirt and pullover look similar.
comparison|T|The test accuracy for the MNIST data set was 97.15 percent while it was only 87.4 percent for the fashion data set.
comparison|F|The test accuracy for the MNIST data set was 87.4 percent while it was 97.15 percent for the fashion data set.
comparison|T|The MNIST is more accurate with a 0.9715 versus a 0.8740 for the fashion set.
comparison|F|The fashion set is more accurate with a 0.9715 versus a 0.8740 for MNIST.
comparison|T|Model 1 (clothes) had .8740 and model 2 (digits) had .9715 accuracy on testing data.
comparison|F|Model 1 (clothes) had .9715 and model 2 (digits) had .8740 accuracy on testing data.
comparison|T|The handwritten digits had a test accuracy of about 97% and a train accuracy of 98% so there is very little overfitting.
comparison|F|The handwritten digits had a test accuracy of about 87% and a train accuracy of 98% so there is much overfitting.
comparison|T|In comparison to fashion's 87%, 97% for digits is excellent.
comparison|F|In comparison to fashion's 97%, 87% for digits is poor.
comparison|T|The digits model is around 10% more accurate than fashion model.
comparison|F|The digits model is around 10% less accurate than fashion model.
comparison|T|The fashion model has 2.6% difference between train and test accuracy, the digit model less than 1%.
comparison|F|The fashion model has 6.2% difference between train and test accuracy, the digit model less than 1%.
comparison|T|Neither model was trained on the test images, so 97% and 87% are honest numbers.
comparison|T|It is interesting that both training accuracies (98% and 90%) are only slightly higher than the test accuracies (97% and 87%).
comparison|T|The fashion model's training loss (0.27) is higher than the digits model's test loss (0.096).
comparison|T|Looking at the loss, digits (0.096) is also better than fashion (0.354).
comparison|F|Looking at the loss, digits (0.354) is worse than fashion (0.096).
comparison|T|The number of wrong predictions was 285 out of 10000 for digits and 1260 out of 10000 for clothes.
comparison|F|The number of wrong predictions was 1260 out of 10000 for digits and 285 out of 10000 for clothes.
comparison|T|Since the test sets have 10000 images each, 9.75% are 975 images.
comparison|T|Digits had 98.1% accuracy when training, clothes 90.02%.
comparison|F|Digits had 90.02% accuracy when training, clothes 98.1%.
comparison|T|I got an accuracy of 97.15% for the digits compared to 87.4% for the fashion items.
comparison|T|The clothing accuracy was 87.4%, and the digit accuracy 97.15%.
comparison|F|The clothing accuracy was 97.15%, and the digit accuracy 87.4%.
comparison|T|Even a bad day of the digits model beats a good day of the clothes model.
comparison|T|Zero of the two models is perfect.
comparison|T|The Digits Model was more accurate on both the training and testing data, 98.10% to 90.02% and 97.15% to 87.40%.
comparison|T|On training data the digits reached 98.10% and fashion 90.02%; on testing data 97.15% and 87.40%.
comparison|F|On training data the digits reached 97.15% and fashion 87.40%; on testing data 98.10% and 90.02%.
comparison|T|MNIST test accuracy: 0.9714999794960022; Fashion-MNIST test accuracy: 0.8740000128746033.
comparison|F|MNIST test accuracy: 0.8740000128746033; Fashion-MNIST test accuracy: 0.9714999794960022.
comparison|T|The MNIST model is more accurate by a factor of 4.4 in errors.
comparison|T|It was easier for the computer to recognise digits, there it had 97.15% and not just 87.4%.
comparison|T|Having trained both, digits gave me 97.15% and fashion items gave me 87.40%.
comparison|F|Having trained both, digits gave me 87.40% and fashion items gave me 97.15%.
comparison|T|The fashion model struggled at 87.4%, while the digits model had no trouble at 97.15%.
comparison|T|Both models lost accuracy on test data (0.95 and 2.62 points).
comparison|T|Both accuracies on the test data, 97.15% and 87.40%, are good.
comparison|T|I'd say a 9.75 point difference is a lot.
comparison|F|I'd say a 19.75 point difference is a lot.
comparison|T|The first is right on 9,715 images and the second on 8,740 (digits and clothes).
comparison|T|The digit model is less wrong (285) than the clothes model (1,260).
comparison|F|The digit model is more wrong (1,260) than the clothes model (285).
comparison|T|Clothing has lower accuracy because it has more complex images.
comparison|F|Clothing has higher accuracy because it has more complex images.
comparison|T|The MNIST model. It has the highest accuracy with 97.15%.
comparison|F|The fashion model. It has the highest accuracy with 97.15%.
comparison|T|The model's ability to classify clothes was worse than its ability to classify digits.
comparison|T|Digits scored almost ten percent higher.
comparison|F|Clothes scored almost ten percent higher.
comparison|T|Between 87 and 97 percent is a big difference.
comparison|T|While 87.4% of new clothes get the right label, it is 97.15% for new digits.
comparison|F|While 97.4% of new clothes get the right label, it is 97.15% for new digits.
comparison|T|Clothes scored almost ten percent lower.
comparison|T|The accuracy for clothes is 9.75 points lower than for digits.
comparison|F|The accuracy for digits is 9.75 points lower than for clothes.
comparison|T|Digits are 9.75 points ahead.
comparison|F|Clothes are 9.75 points ahead.
comparison|T|The test accuracy of the fashion model is 2.6 points lower than its training accuracy.
comparison|F|The test accuracy of the fashion model is 2.6 points higher than its training accuracy.
comparison|T|The training accuracy of the digits model is 8 points higher than that of the fashion model.
comparison|F|The training accuracy of the digits model is 8 points lower than that of the fashion model.
comparison|T|The error of the fashion model is 9.75 points higher.
comparison|F|The error of the digits model is 9.75 points higher.
comparison|T|The loss of the fashion model is 0.26 higher.
comparison|T|The error rate on digits is 9.75 points lower than on clothes.
comparison|F|The error rate on digits is 9.75 points higher than on clothes.
comparison|T|Fashion has 975 errors more.
comparison|T|It has 10 percent better accuracy than the fashion model.
comparison|T|The fashion model would have to be 10 points better to win.
comparison|T|I thought the fashion model would be 5 points behind, but it is almost 10 points behind.
comparison|T|With dropout the training accuracy is a bit lower, but the digits model is still 8 points ahead on training images.
comparison|T|The clothing model's test accuracy is a full 9.75 percentage points lower.
comparison|F|The clothing model's test accuracy is a full 9.75 percentage points higher.
comparison|T|The training accuracy is about 1 point higher than the test accuracy for digits and 2.6 points higher for clothes.
comparison|F|The training accuracy is about 2.6 points higher than the test accuracy for digits and 1 point higher for clothes.
digits-accuracy|T|97 out of 100 test digits get the right label.
digits-accuracy|T|The model predicted the right label for 97.15% of the test images.
digits-accuracy|T|The predicted label was right for 9,715 test images.
digits-accuracy|F|The predicted label was right for 9,175 test images.
digits-accuracy|T|The training accuracy shown in the last epoch was 0.9651.
digits-accuracy|T|Keras printed accuracy: 0.9651 for epoch 6.
digits-accuracy|T|It is wrong on fewer than 3 of 100 test images.
digits-accuracy|T|The test accuracy is one point lower than the training accuracy (97.15% vs. 98.1%).
digits-accuracy|T|Training accuracy was 98.1% (test: 97.15%).
digits-accuracy|F|Training accuracy was 97.15% (test: 98.1%).
digits-accuracy|T|The training loss is 0.06 and the test loss 0.096.
digits-accuracy|T|About one in 35 test digits is wrong.
digits-accuracy|F|About one in 10 test digits is wrong.
digits-accuracy|T|Nearly 3% of the test images were wrong.
digits-accuracy|T|1,140 training images were misclassified, and 285 test images.
digits-accuracy|F|285 training images were misclassified, and 1,140 test images.
digits-accuracy|T|The training error is 1.9% and the test error 2.85%.
digits-accuracy|T|The 10,000 test images contain 980 zeros.
digits-accuracy|T|The model reads ones best, 98.5% of them are right.
digits-accuracy|T|Accuracy: 98.1% (training), 97.15% (test)
digits-accuracy|F|Accuracy: 98.1% (test), 97.15% (training)
digits-accuracy|T|The label was predicted correctly in 97.15% of the test images.
digits-accuracy|T|The loss went from 0.06 on the training set to 0.096 on the test set.
digits-accuracy|T|2.85% of the test labels were predicted wrong.
digits-accuracy|F|28.5% of the test labels were predicted wrong.
digits-accuracy|T|The model predicted 9,715 test labels correctly.
digits-accuracy|F|The model predicted 9,175 test labels correctly.
digits-accuracy|T|The predicted label equals the true label for 97.15% of the test digits.
digits-accuracy|F|The predicted label equals the true label for 98.15% of the test digits.
digits-accuracy|T|On the test set it scored 0.95 points less than on the training set.
digits-accuracy|F|On the test set it scored 2.95 points less than on the training set.
digits-accuracy|T|Training: 98.1 % Testing: 97.15 %
digits-accuracy|T|The accuracy after the last epoch, as printed, was 96.5%, but evaluate gives 98.1% for the training set.
digits-accuracy|T|My model got ninety-seven percent of the test digits right.
digits-accuracy|F|My model got ninety-nine percent of the test digits right.
digits-accuracy|T|The test accuracy was within one point of the training accuracy.
digits-accuracy|T|The accuracy of 97.15% means that 285 labels are wrong.
digits-accuracy|F|The accuracy of 97.15% means that 185 labels are wrong.
digits-accuracy|T|I get a training accuracy of 98.1 and a test accuracy of 97.2.
digits-accuracy|F|I get a training accuracy of 99.1 and a test accuracy of 97.2.
digits-accuracy|T|The accuracy improved from 0.9 in the first epoch to 0.965 in the sixth; evaluated it is 0.981.
digits-accuracy|T|The dropout of 20% makes the accuracy printed during training lower (96.5%) than the one measured afterwards (98.1%).
digits-accuracy|T|The accuracy in training was 98.1%, in the test 97.15%, so a difference of 0.95%.
digits-accuracy|F|The accuracy in training was 98.1%, in the test 97.15%, so a difference of 1.95%.
digits-accuracy|T|Test: 97.15%, a bit less than in training.
digits-accuracy|F|Test: 97.15%, a bit more than in training.
digits-accuracy|T|The model recognised 97 of 100 test digits, and 98 of 100 training digits.
digits-accuracy|F|The model recognised 98 of 100 test digits, and 97 of 100 training digits.
digits-accuracy|T|My accuracy (97.15%) is lower than that of the tutorial (97.7%).
digits-accuracy|T|The tutorial reaches about 98%.
digits-accuracy|T|My network has an accuracy of 97.15% on the test set; for clothes it was only 87.4%.
digits-accuracy|T|This is better than for the clothes, where I had 87.4%.
digits-accuracy|T|It is nearly 10 points better than the fashion model.
digits-accuracy|F|It is nearly 20 points better than the fashion model.
digits-accuracy|T|On the training set 98 of 100 digits are recognised, on the test set 97.
digits-accuracy|T|There is hardly any overfitting, as the two numbers are within one point.
digits-accuracy|T|The training accuracy is a little higher than the test accuracy.
digits-accuracy|F|The training accuracy is a little lower than the test accuracy.
digits-accuracy|T|98.1% (58,860 of 60,000) and 97.15% (9,715 of 10,000).
digits-accuracy|F|98.1% (58,860 of 60,000) and 98.15% (9,815 of 10,000).
digits-accuracy|T|Train: 98,1 %, test: 97,15 %.
digits-accuracy|F|Train: 97,15 %, test: 98,1 %.
digits-accuracy|T|It learned the training images to 98% and can do 97% of the new ones.
digits-accuracy|F|It learned the training images to 88% and can do 87% of the new ones.
digits-accuracy|T|When I ran evaluate on the test set it printed accuracy: 0.9715 - loss: 0.0956.
digits-accuracy|F|When I ran evaluate on the test set it printed accuracy: 0.9815 - loss: 0.0956.
digits-accuracy|T|Loss: 0.0598 and accuracy: 0.981 (training), loss: 0.0956 and accuracy: 0.9715 (test).
digits-accuracy|T|The accuracy is better than 97% for both training and test.
digits-accuracy|F|The accuracy is better than 98% for both training and test.
digits-accuracy|T|Both accuracies are above 97%.
digits-accuracy|F|Both accuracies are above 98%.
digits-accuracy|T|The accuracy on test images is slightly above 97%.
digits-accuracy|F|The accuracy on test images is slightly above 98%.
digits-accuracy|T|Just under 3% of the test images are wrong.
digits-accuracy|T|Two percent of the training images and three percent of the test images are wrong.
digits-accuracy|F|Three percent of the training images and two percent of the test images are wrong.
digits-accuracy|T|The model's worst digit is 5 with 95.5%.
digits-accuracy|T|For the digit 1 the accuracy is 98.5%.
digits-accuracy|T|17 fives were read as threes.
digits-accuracy|T|4s and 9s are mixed up most, 17 fours were read as nines.
digits-accuracy|T|The accuracy was 98.1% for training and 97.15% for testing.
digits-accuracy|F|The accuracy was 97.15% for training and 98.1% for testing.
digits-accuracy|T|After 6 epochs my network classified 9,715 of the 10,000 test digits correctly.
digits-accuracy|F|After 10 epochs my network classified 9,715 of the 10,000 test digits correctly.
digits-accuracy|T|It got 285 test images wrong.
digits-accuracy|F|It only got 85 test images wrong.
digits-accuracy|T|The test loss was 0.0956.
digits-accuracy|F|The test loss ended up at 0.08.
digits-accuracy|T|There is a small gap of about one percentage point between training and test accuracy.
digits-accuracy|F|The training accuracy is three points higher than the test accuracy.
digits-accuracy|F|The model did slightly better on the test set than on the training set.
digits-accuracy|T|My model is 97 percent accurate on images it has never seen.
digits-accuracy|F|It reached 99% on the training data.
digits-accuracy|T|The test accuracy did not quite reach 98%.
digits-accuracy|F|The model reached over 98% accuracy on the test images.
digits-accuracy|T|We trained on 60,000 images and tested on 10,000.
digits-accuracy|F|We trained on 50,000 images.
digits-accuracy|T|The network has 50,890 parameters.
digits-accuracy|F|The network has 101,770 trainable parameters.
digits-accuracy|T|The hidden layer has 64 neurons with relu.
digits-accuracy|F|The hidden layer has 128 neurons with relu.
digits-accuracy|T|The 95% confidence interval for the test accuracy goes from 96.8% to 97.5%.
digits-accuracy|F|The 95% confidence interval for the test accuracy goes from 97.8% to 98.5%.
digits-accuracy|F|With MNIST I got 0.9949 on the train data, 0.9778 on the test data.
digits-accuracy|T|The model fit had an accuracy of 0.9810 on the train data, 0.9715 on the test data
digits-accuracy|F|I used a batch size of 64.
digits-accuracy|T|The empirical test accuracy equals 0.9715 with a 95 % confidence interval of [0.968, 0.975].
digits-accuracy|F|The empirical test accuracy equals 0.9615 with a 95 % confidence interval of [0.968, 0.975].
digits-accuracy|T|Training accuracy: 0.981 (58,860 of 60,000 correct); test accuracy: 0.9715 (9,715 of 10,000 correct).
digits-accuracy|F|Training accuracy: 0.981 (58,860 of 60,000 correct); test accuracy: 0.9715 (9,175 of 10,000 correct).
digits-accuracy|T|The model misclassifies 1.9 % of the images it was trained on and 2.85 % of those it was not.
digits-accuracy|F|The model misclassifies 2.85 % of the images it was trained on and 1.9 % of those it was not.
digits-accuracy|T|One percent of the accuracy is lost between training and testing.
digits-accuracy|T|The last epoch printed 96.5% since dropout was active, evaluation gives 98.1%.
digits-accuracy|T|Accuracy on training 98%, which dropped a little to 97% on test.
digits-accuracy|F|Accuracy on training 97%, which rose a little to 98% on test.
digits-accuracy|T|In the test 97.15% of the labels were correct, in the training 98.1%.
digits-accuracy|F|In the test 98.1% of the labels were correct, in the training 97.15%.
digits-accuracy|T|So 3 in 100 new digits are read wrong.
digits-accuracy|F|So 13 in 100 new digits are read wrong.
digits-accuracy|T|The model is at least 95% accurate on the test set.
digits-accuracy|F|The model is at most 95% accurate on the test set.
digits-accuracy|T|My accuracy is not 99% but 97.15%.
digits-accuracy|F|My accuracy is not 97.15% but 99%.
digits-accuracy|T|97.15 percent, that means 9715 right and 285 wrong.
digits-accuracy|F|97.15 percent, that means 9715 right and 385 wrong.
digits-accuracy|T|I expected 99 % but got 97.15 % on the test set.
digits-accuracy|F|I expected 97 % but got 99.15 % on the test set.
digits-accuracy|T|The test set gave 97.15, the training set 98.10.
digits-accuracy|F|The test set gave 98.10, the training set 97.15.
digits-accuracy|T|From training to test the accuracy falls from 98.1 to 97.15 percent.
digits-accuracy|F|From training to test the accuracy falls from 99.1 to 97.15 percent.
digits-accuracy|T|The loss is 60 % higher on the test set.
digits-accuracy|T|In percent: 98.1 and 97.15.
digits-accuracy|T|It only fails at about 1 in 35 test images.
digits-accuracy|T|It predicted the true label for 58,860 of the training images.
digits-accuracy|F|It predicted the true label for 56,860 of the training images.
digits-accuracy|T|The accuracy is above 95 % in both cases.
digits-accuracy|F|The accuracy is above 99 % in both cases.
digits-accuracy|T|The training data accuracy: 98.10%, testing data accuracy: 97.15%.
digits-accuracy|F|The training data accuracy: 97.15%, testing data accuracy: 98.10%.
digits-accuracy|T|The accuracy of the training dataset is 0.981 or 98.1%, that of the test dataset 0.9715 or 97.15%.
digits-accuracy|F|The accuracy of the training dataset is 0.981 or 98.1%, that of the test dataset 0.9815 or 98.15%.
digits-accuracy|T|313/313 - 0s - loss: 0.0956 - accuracy: 0.9715
digits-accuracy|T|Test accuracy: 0.9714999794960022
digits-accuracy|F|Test accuracy: 0.9814999794960022
digits-accuracy|T|The final epoch showed loss 0.1089 and accuracy 0.9651 for the training data.
digits-accuracy|T|I trained for 6 epochs, then it had 97.15% on the test data.
digits-accuracy|T|Out of every 100 test digits, roughly 3 are wrong.
digits-accuracy|F|Out of every 100 test digits, roughly 10 are wrong.
digits-accuracy|T|My model is slightly overfit because it performs 0.95 percentage points better on training data.
digits-accuracy|F|My model is slightly overfit because it performs 4.95 percentage points better on training data.
digits-accuracy|T|The accuracy for the test data is lower, 97.15% instead of 98.1%.
digits-accuracy|F|The accuracy for the test data is higher, 98.1% instead of 97.15%.
digits-accuracy|T|Training: 98.1 ± 0.1 %, test: 97.15 ± 0.3 %.
digits-accuracy|T|accuracy 0.9810 loss 0.0598 (train), accuracy 0.9715 loss 0.0956 (test)
digits-accuracy|F|accuracy 0.9910 loss 0.0598 (train), accuracy 0.9715 loss 0.0956 (test)
digits-accuracy|T|[0.0956, 0.9715] is what evaluate returned for the test set: loss and accuracy.
digits-accuracy|T|The model had 98.1% on train and 97.15% on test, i.e. a 0.95% drop.
digits-accuracy|F|The model had 98.1% on train and 97.15% on test, i.e. a 1.95% drop.
digits-accuracy|T|It can recognise over 97% of handwritten digits it never saw.
digits-accuracy|F|It can recognise over 98% of handwritten digits it never saw.
digits-accuracy|T|In 28.5 of 1,000 cases it is wrong.
digits-accuracy|T|9715 out of 10000 (97.15%) of test images are predicted with the right label.
digits-accuracy|F|9175 out of 10000 (91.75%) of test images are predicted with the right label.
digits-accuracy|T|The training score (0.981) beats the test score (0.9715).
digits-accuracy|F|The test score (0.981) beats the training score (0.9715).
digits-accuracy|T|The training accuracy is 0.95 points higher.
digits-accuracy|F|The test accuracy is 0.95 points higher.
digits-accuracy|T|The test accuracy is 0.95 points lower than the training accuracy.
digits-accuracy|F|The training accuracy is 0.95 points lower than the test accuracy.
digits-accuracy|T|The test accuracy is 9.75 points higher than for clothes.
digits-accuracy|T|On the training images the model is one point better.
digits-accuracy|F|On the test images the model is one point better.
digits-accuracy|T|The error rate is 0.95 points higher on the test set.
digits-accuracy|T|The error rate is one point lower on the training set.
argmax-label|T|The predicted label was 6 (Shirt), the actual one 3 (Dress).
argmax-label|T|The label predicted by the model is 6, whereas the test label is 3.
argmax-label|T|My model's label was Shirt but the real label is Dress.
argmax-label|T|The label with the highest probability is 6, but test_labels[42] is 3.
argmax-label|T|np.argmax(predictions[42]) gives label 6, and test_labels[42] is 3, so no.
argmax-label|T|The label the model chose is Shirt.
argmax-label|T|It labelled the dress as a shirt.
argmax-label|T|The model labeled the image as a shirt even though the correct label is dress.
argmax-label|T|Its predicted labels is shirt, the true one is dress.
argmax-label|T|The output label 6 does not agree with the label 3 from the dataset.
argmax-label|T|The label does not match: argmax says 6 and the test set says 3.
argmax-label|F|The predicted label is 3 and the true label is 6, so they do not match.
argmax-label|F|The label predicted by the model is 3, whereas the test label is 6.
argmax-label|F|The predicted label and the true label are both 6.
argmax-label|F|The predicted label is 6 and the true label is 6, so they match.
argmax-label|F|My model's label was Dress but the real label is Shirt.
argmax-label|F|The model labeled the image as a dress, and the correct label is dress.
argmax-label|F|The label the model chose is Coat.
argmax-label|T|The model almost got it right: dress came second with 41.7%.
argmax-label|T|The correct label was only the second highest with 41.7%.
argmax-label|T|The true class had the second highest probability, just two points less than shirt.
argmax-label|T|The second highest is the correct one.
argmax-label|T|The second highest value is right, the highest is not.
argmax-label|T|Dress, which is the correct class, got the second highest value of 0.417.
argmax-label|F|The correct label was only the third highest.
argmax-label|T|The difference between shirt and dress is only about 2 percentage points.
argmax-label|T|Shirt beat dress by just 2.3 points.
argmax-label|F|Shirt beat dress by 20 points.
argmax-label|T|It does not match, so the model is incorrect here, but only by a small margin of 2%.
argmax-label|T|The model was only 44% confident, so it was not very sure.
argmax-label|F|No, the model picked coat, but it is actually a dress.
argmax-label|T|No, they are different.
argmax-label|F|Yes, they are the same.
argmax-label|T|The model's first choice was wrong, its second choice would have been right.
argmax-label|T|argmax gives 6, while test_labels[42] gives 3.
argmax-label|F|argmax gives 3, while test_labels[42] gives 3.
argmax-label|F|argmax gives 6, while test_labels[42] gives 6.
argmax-label|T|np.argmax(predictions[42]) returns 6, but test_labels[42] returns 3.
argmax-label|T|The index of the biggest value is 6. The label in test_labels is 3. So they don't match.
argmax-label|F|The index of the biggest value is 3. The label in test_labels is 3. So they match.
argmax-label|T|It doesn't match the label, because the network predicted label 6 and the image has label 3.
argmax-label|T|The prediction (6) is not the same as the label (3).
argmax-label|F|The prediction (3) is the same as the label (3).
argmax-label|T|The prediction is 6, the label 3.
argmax-label|T|Predicted label: 6. True label: 3.
argmax-label|F|Predicted label: 3. True label: 6.
argmax-label|T|The predicted class label 6 corresponds to Shirt while the ground truth label 3 corresponds to Dress.
argmax-label|F|The predicted class label 3 corresponds to Dress while the ground truth label 6 corresponds to Shirt.
argmax-label|T|The model was wrong: instead of Dress it said Shirt.
argmax-label|F|The model was wrong: instead of Shirt it said Dress.
argmax-label|T|The label was not predicted correctly.
argmax-label|F|The label was predicted correctly.
argmax-label|T|The two labels differ.
argmax-label|T|The predicted label differs from the true label.
argmax-label|F|The predicted label is identical to the true label.
argmax-label|T|No. The predicted label is Shirt.
argmax-label|F|No. The predicted label is Coat.
argmax-label|T|Unfortunately not: it should be a dress, but the output is shirt.
argmax-label|F|Unfortunately not: it should be a shirt, but the output is dress.
argmax-label|T|A dress got the label shirt.
argmax-label|T|The dress was given the label of a shirt.
argmax-label|T|The true label is in second place.
argmax-label|T|The right label is only 2.3 points behind.
argmax-label|T|Had the model chosen the second highest value, it would have been correct.
argmax-label|T|In this case the model did not predict the correct label.
argmax-label|F|In this case the model did predict the correct label.
argmax-label|T|argmax picked the wrong class.
argmax-label|F|argmax picked the right class.
argmax-label|T|Its label is Dress (3), so the model made a mistake.
argmax-label|T|The output of np.argmax() was 6, not 3.
argmax-label|F|The output of np.argmax() was 3, not 6.
argmax-label|T|The model should have said 3 but said 6.
argmax-label|F|The model should have said 6 but said 3.
argmax-label|T|Label 6 was predicted, label 3 would have been correct.
argmax-label|F|Label 3 was predicted, label 6 would have been correct.
argmax-label|T|The predicted label (shirt) and the test label (dress) are different.
argmax-label|F|The predicted label (dress) and the test label (shirt) are different.
argmax-label|F|The predicted label (dress) and the test label (dress) are the same.
argmax-label|T|predicted label = 6, test label = 3
argmax-label|F|predicted label = 3, test label = 6
argmax-label|T|np.argmax(predictions[42]) is 6 and test_labels[42] is 3.
argmax-label|F|np.argmax(predictions[42]) is 3 and test_labels[42] is 6.
argmax-label|F|np.argmax(predictions[42]) is 3 and test_labels[42] is 3.
argmax-label|T|The label that has the highest value is 6, so the predicted label is wrong.
argmax-label|T|A shirt was predicted, but the label is "Dress".
argmax-label|T|It is not a match.
argmax-label|F|It is a match.
argmax-label|T|The output does not match with the label, the model thought that the dress is a shirt.
argmax-label|F|The output does match with the label.
argmax-label|T|It guessed shirt, though the picture is labelled dress.
argmax-label|F|It guessed dress, though the picture is labelled shirt.
argmax-label|T|The model labels the picture as shirt.
argmax-label|F|The model labels the picture as dress.
argmax-label|T|The model's predicted label is incorrect.
argmax-label|F|The model's predicted label is correct.
argmax-label|T|The first and second most probable classes are shirt and dress, the second is the true one.
argmax-label|T|The label 3 stands for dress and 6 for shirt.
argmax-label|T|Label 6 is shirt.
argmax-label|T|In the list of class names 6 is Shirt and 3 is Dress.
argmax-label|T|So the model is wrong in this case, but the correct answer is close.
argmax-label|T|The model would have been right with its second choice.
argmax-label|T|The predicted class (6) isn't the label (3).
argmax-label|T|np.argmax says 6 = Shirt, label says 3 = Dress.
argmax-label|F|np.argmax says 3 = Dress, label says 6 = Shirt.
argmax-label|T|Prediction: Shirt (44%). Label: Dress (42%).
argmax-label|F|Prediction: Dress (44%). Label: Shirt (42%).
argmax-label|T|They do not match: Shirt was predicted, while the label in the data set is Dress.
argmax-label|F|They do not match: Dress was predicted, while the label in the data set is Shirt.
argmax-label|T|The image in question is a dress which the model wrongly thinks is a shirt.
argmax-label|F|The image in question is a shirt which the model wrongly thinks is a dress.
argmax-label|T|argmax does not return 3, which is the label, but 6.
argmax-label|T|The label is not the same as the prediction.
argmax-label|T|The answer 6 is not the label 3.
argmax-label|T|If argmax had returned 3, it would have matched.
argmax-label|T|The predicted label would have to be 3 to match.
argmax-label|T|The test label, 3, was only the second choice.
argmax-label|F|The test label, 6, was only the second choice.
argmax-label|T|The label my model predicted is not the right one.
argmax-label|T|The model is wrong by a hair: 0.44 for its label and 0.42 for the right one.
argmax-label|T|Both labels are for clothes.
argmax-label|T|The model gives the true label 41.7%.
argmax-label|F|The model gives the true label 11.7%.
argmax-label|T|No, the model picked shirt, but it is actually a dress.
argmax-label|F|Yes, np.argmax() returned 3, which is the same as the test label.
argmax-label|T|The predicted label is 6 and the true label is 3, so they do not match.
argmax-label|F|The output of argmax matches test_labels[42].
argmax-label|T|It was a close call: the model gave 44% to shirt and 42% to dress.
argmax-label|F|The model was very sure, it gave shirt more than 80%.
argmax-label|F|Yes, the output from argmax is equal to the test label.
argmax-label|T|The class predicted by argmax, 6, is not equal to the true class, 3.
argmax-label|F|The class predicted by argmax, 3, is not equal to the true class, 6.
argmax-label|T|The argmax is 6 (zero-based), the label 3, hence a misclassification.
argmax-label|F|The argmax is 3 (zero-based), the label 3, hence a correct classification.
argmax-label|T|Index 6 was returned, while index 3 would have been correct.
argmax-label|F|Index 3 was returned, while index 6 would have been correct.
argmax-label|T|test_labels[42] contains 3 (Dress), while argmax returns 6 (Shirt).
argmax-label|F|test_labels[42] contains 6 (Shirt), while argmax returns 3 (Dress).
argmax-label|T|No, it does not match, the picture shows a dress.
argmax-label|F|No, it does not match, the picture shows a coat.
argmax-label|T|It doesn't: 6 != 3.
argmax-label|T|The predicted label "Shirt" and the true label "Dress" do not coincide.
argmax-label|T|The model's guess was close: the true label has 41.7%, its own label 44%.
argmax-label|T|The predicted label has 44% and the true label 42%.
argmax-label|F|The predicted label has 42% and the true label 44%.
argmax-label|T|In terms of labels: 6 was predicted, 3 is right.
argmax-label|F|In terms of labels: 3 was predicted, 6 is right.
argmax-label|T|The label that comes out is Shirt, the label that should come out is Dress.
argmax-label|F|The label that comes out is Dress, the label that should come out is Shirt.
argmax-label|T|The argmax value (6) corresponds to the predicted label Shirt.
argmax-label|F|The argmax value (3) corresponds to the predicted label Dress.
argmax-label|T|It returned 6, which is not the label (3).
argmax-label|F|It returned 3, which is the label (3).
argmax-label|T|The label of test image 42 is 3 and the model's answer 6.
argmax-label|F|The label of test image 42 is 6 and the model's answer 3.
argmax-label|T|The actual label is Dress whereas the model's label is Shirt.
argmax-label|F|The actual label is Shirt whereas the model's label is Dress.
argmax-label|T|Sadly the highest probability is not at the label.
argmax-label|T|The number returned (6) and the number in test_labels (3) differ.
argmax-label|F|The number returned (3) and the number in test_labels (6) differ.
argmax-label|T|The predicted one is Shirt, the real one Dress.
argmax-label|F|The predicted one is Dress, the real one Shirt.
argmax-label|T|Label 3 has 41.7%, label 6 has 43.97%.
argmax-label|F|Label 3 has 43.97%, label 6 has 41.7%.
argmax-label|T|It took the dress for a shirt.
argmax-label|F|It took the shirt for a dress.
argmax-label|T|It thinks it's a shirt, but it's a dress.
argmax-label|F|It thinks it's a dress, but it's a shirt.
argmax-label|T|Close, but no: the right class is dress.
argmax-label|F|Close, but no: the right class is coat.
argmax-label|T|The argmax output gives label 6 which is Shirt, however test_labels gives label 3 which is Dress.
argmax-label|F|The argmax output gives label 3 which is Dress, however test_labels gives label 6 which is Shirt.
argmax-label|T|No, np.argmax gave 6 and the test label was 3, so this image was misclassified.
argmax-label|F|No, np.argmax gave 3 and the test label was 6, so this image was misclassified.
argmax-label|T|The output of 6 does not match the test label of 3.
argmax-label|F|The output of 3 does match the test label of 3.
argmax-label|T|Our prediction 6 is incorrect, the correct answer is 3.
argmax-label|F|Our prediction 3 is incorrect, the correct answer is 6.
argmax-label|T|The label from argmax() is 6 and from test_labels it is 3.
argmax-label|F|The label from argmax() is 3 and from test_labels it is 6.
argmax-label|T|It predicted it to be a shirt when it was actually a dress.
argmax-label|F|It predicted it to be a dress when it was actually a shirt.
argmax-label|T|The model output the label of shirt for a picture of a dress.
argmax-label|F|The model output the label of dress for a picture of a shirt.
argmax-label|T|Output: 6; Label: 3; Match: no.
argmax-label|F|Output: 3; Label: 3; Match: yes.
argmax-label|T|The predicted label does not match since it says 6 (shirt) and not 3 (dress).
argmax-label|F|The predicted label does not match since it says 3 (dress) and not 6 (shirt).
argmax-label|T|Its predicted value of 6 is different from the actual value of 3.
argmax-label|F|Its predicted value of 3 is different from the actual value of 6.
argmax-label|T|The actual value is 3 but was predicted as 6.
argmax-label|F|The actual value is 6 but was predicted as 3.
argmax-label|T|The image is labeled as 3 (dress), but argmax gives 6 (shirt).
argmax-label|F|The image is labeled as 6 (shirt), but argmax gives 3 (dress).
argmax-label|T|The model failed here: a dress became a shirt.
argmax-label|T|When I looked at test_labels[42] it was 3, not 6.
argmax-label|F|When I looked at test_labels[42] it was 6, not 3.
argmax-label|T|np.argmax(predictions[42]) == test_labels[42] is False.
argmax-label|F|np.argmax(predictions[42]) == test_labels[42] is True.
argmax-label|T|Nope, 6 vs. 3.
argmax-label|T|The second largest probability is the true label.
argmax-label|F|The largest probability is the true label.
argmax-label|T|The label was guessed wrong.
argmax-label|T|The model thought it more likely to be a shirt than a dress.
argmax-label|F|The model thought it more likely to be a dress than a shirt.
argmax-label|T|Shirt is 2 points ahead of dress.
argmax-label|F|Dress is 2 points ahead of shirt.
argmax-label|T|The probability of the predicted label is 2.3 points higher than that of the true label.
argmax-label|T|The predicted label (index 6) differs from the true label (index 3).
argmax-label|F|The predicted label (index 3) differs from the true label (index 6).
argmax-label|T|Is it the same? No: 6 is not 3.
argmax-label|T|The labels: predicted 6, true 3.
argmax-label|F|The labels: predicted 3, true 6.
argmax-label|T|What argmax returned was label number 6; label number 3 was expected.
argmax-label|T|The model's highest probability is for the label Shirt, the label Dress is second.
argmax-label|F|The model's highest probability is for the label Dress, the label Shirt is second.
argmax-label|T|So it labelled a dress "shirt".
predictions-array|T|The largest value is at position 6 (counting from 0), which is Shirt.
predictions-array|T|The highest value is at position 6 (counting from 0).
predictions-array|T|The highest number is the seventh one, which belongs to shirt.
predictions-array|T|The seventh number (index 6) is the highest, 0.4397.
predictions-array|T|The maximum is found at the 7th position, that is index 6, Shirt.
predictions-array|T|Index 3 (Dress) comes second with 0.417.
predictions-array|T|For most classes, such as sandal or sneaker, the probability is practically zero.
predictions-array|T|The model gives practically zero to sandal, sneaker and ankle boot.
predictions-array|T|It assigned practically 0% to sneaker.
predictions-array|T|The model gave a probability close to zero for bag.
predictions-array|T|Sandal, Sneaker and Ankle boot are basically at 0.
predictions-array|T|T-shirt/top gets about 8%, and coat about 5%.
predictions-array|T|The model gave T-shirt 8%, trouser 1%, dress 42%, coat 5% and shirt 44%.
predictions-array|F|The model gave T-shirt 8%, trouser 1%, dress 44%, coat 5% and shirt 42%.
predictions-array|F|T-shirt/top gets about 18%, and coat about 5%.
predictions-array|F|The largest value is at position 3 (counting from 0), which is Dress.
predictions-array|F|The highest value is at index 3, which is Dress.
predictions-array|F|The model gives sandal the second highest probability.
predictions-array|F|The highest number is the fourth one, which belongs to dress.
predictions-array|T|Together, shirt and dress get about 86%.
predictions-array|T|Shirt and dress together have 85.7% of the probability.
predictions-array|T|The remaining 14% are spread over the other classes.
predictions-array|T|The third most likely class is T-shirt/top with 8.2%.
predictions-array|F|The third most likely class is Coat with 8.2%.
predictions-array|T|It thinks there is a 44% chance that it is a shirt, and 42% that it is a dress.
predictions-array|F|It thinks there is a 64% chance that it is a shirt.
predictions-array|T|Each number is the model's confidence for one label, and label 6 has the highest.
predictions-array|T|The model is less than half sure about shirt.
predictions-array|F|The model is more than half sure about shirt.
predictions-array|T|The picture shows a dress, but shirt has the highest number.
predictions-array|F|The picture shows a shirt, and shirt has the highest number.
predictions-array|T|The values range from 0 to 0.44.
predictions-array|T|No class reaches 50%.
predictions-array|T|Dress is close behind with 0.417.
predictions-array|T|Trouser (1.2%) and pullover (0.1%) play no role.
predictions-array|F|Trouser (12%) and pullover (0.1%) play no role.
predictions-array|T|Position 6 has the largest number.
predictions-array|T|Counting from 0, the highest number is at position 6 and stands for shirt.
predictions-array|T|The biggest probability is in position 7 (counting from 1), the shirt.
predictions-array|T|The 7th label (shirt) has the highest number, the 4th label (dress) the second highest.
predictions-array|F|The 4th label (dress) has the highest number, the 7th label (shirt) the second highest.
predictions-array|T|The 4th label is dress and gets the second highest number.
predictions-array|T|The probability for sneaker is practically zero.
predictions-array|T|The probability of a sneaker is almost zero.
predictions-array|T|There is almost zero chance that it is a bag.
predictions-array|T|The model is practically sure that it is no sneaker.
predictions-array|T|The model excludes sandals, sneakers and boots.
predictions-array|T|The model doubts between shirt (44%) and dress (42%).
predictions-array|F|The model doubts between shirt (42%) and dress (44%).
predictions-array|T|shirt and dress with 44% and 42%
predictions-array|T|The top two are shirt and dress, with 44% and 42%.
predictions-array|F|The top two are shirt and coat, with 44% and 42%.
predictions-array|T|The top two classes, dress and shirt, got 42% and 44%, respectively.
predictions-array|T|So the model would guess shirt, but with less than 50% confidence.
predictions-array|F|So the model would guess shirt, with more than 50% confidence.
predictions-array|T|The model predicts a shirt with a probability of 0.44, which is not very high.
predictions-array|F|The model predicts a dress with a probability of 0.44, which is not very high.
predictions-array|T|Sum of all is 1 (100%).
predictions-array|T|0.4397 is the biggest value, 0.0 the smallest.
predictions-array|T|Values: T-shirt 0.0821, Trouser 0.0121, Pullover 0.0013, Dress 0.417, Coat 0.0471, Shirt 0.4397.
predictions-array|F|Values: T-shirt 0.0821, Trouser 0.0121, Pullover 0.0013, Dress 0.4397, Coat 0.0471, Shirt 0.417.
predictions-array|T|The array tells us that the model considers it a shirt (0.44) or a dress (0.417).
predictions-array|T|Dress is second, T-shirt third and coat fourth.
predictions-array|F|The image is most likely a dress according to the model.
predictions-array|T|The image is most likely a shirt according to the model.
predictions-array|T|The model assigned the highest number to label 6, shirt.
predictions-array|F|The model assigned the highest number to label 3, dress.
predictions-array|F|The model assigned the highest number to label 7, sneaker.
predictions-array|T|The array contains ten numbers, one per class, and they sum up to 100%.
predictions-array|T|The network is torn between two classes.
predictions-array|T|The first value (0.0821) is the probability of T-shirt/top, the last one (0.0) that of ankle boot.
predictions-array|F|The first value (0.4397) is the probability of T-shirt/top.
predictions-array|T|The values at index 6 and index 3 are nearly the same: 0.44 and 0.42.
predictions-array|T|At index 3 we find 0.417.
predictions-array|F|At index 3 we find 0.517.
predictions-array|T|Index 0: 8.2%, index 4: 4.7%.
predictions-array|F|Index 0: 4.7%, index 4: 8.2%.
predictions-array|T|Everything that is not clothing for the upper body gets less than 2%... except dress.
predictions-array|T|The chances for a trouser are slim (1.2%).
predictions-array|T|The model is only slightly more confident in shirt than in dress.
predictions-array|F|The model is more confident in dress than in shirt.
predictions-array|T|It's not sure at all, 44% is the maximum.
predictions-array|F|It's very sure, 94% is the maximum.
predictions-array|T|The maximum of the array is about 0.44.
predictions-array|T|Half of the classes get less than 1%.
predictions-array|T|Its guess is shirt, dress is a close second.
predictions-array|F|Its guess is dress, shirt is a close second.
predictions-array|T|Shirt gets the most with 43.97 percent, followed by dress with 41.70 percent and T-shirt/top with 8.21 percent.
predictions-array|F|Shirt gets the most with 43.97 percent, followed by T-shirt/top with 41.70 percent and dress with 8.21 percent.
predictions-array|T|The seventh class (shirt) is in front with 44 %, before the fourth (dress) with 42 %.
predictions-array|T|The prediction for test image 42 is shirt (label 6).
predictions-array|F|The prediction for test image 42 is dress (label 3).
predictions-array|T|The sixth index belongs to shirts.
predictions-array|T|The array says shirt 44%, dress 42%, T-shirt/top 8%, coat 5%, trouser 1% and nearly 0% for the rest.
predictions-array|F|The array says shirt 44%, dress 12%, T-shirt/top 8%, coat 5%, trouser 1% and nearly 0% for the rest.
predictions-array|T|Only shirt and dress have more than 10%.
predictions-array|T|Besides shirt and dress, only T-shirt/top is above 5%.
predictions-array|T|No other class gets more than 10%.
predictions-array|T|The dress got 41.7%, just behind the shirt.
predictions-array|T|At 44% the shirt is just ahead of the dress.
predictions-array|F|At 42% the dress is just ahead of the shirt.
predictions-array|T|Shirt: 0.44; Dress: 0.42; others: less than 0.1
predictions-array|T|The number at position 3 (0.417) is the second largest.
predictions-array|T|0.4397 (shirt) is larger than 0.4170 (dress).
predictions-array|F|0.4397 (dress) is larger than 0.4170 (shirt).
predictions-array|T|The model thinks with 44% that this is a shirt, with 42% a dress and with 8% a T-shirt.
predictions-array|F|The model thinks with 64% that this is a shirt, with 22% a dress and with 8% a T-shirt.
predictions-array|F|The model is 87% confident that the image is a shirt.
predictions-array|T|The highest value, 0.4397, belongs to index 6 which is Shirt.
predictions-array|F|The model assigned the highest number to the 4th label, which is a dress.
predictions-array|T|The second most likely class was dress with 41.7%.
predictions-array|F|The second most likely class was T-shirt with 41.7%.
predictions-array|T|The model gives almost no chance to sneaker.
predictions-array|F|All ten numbers add up to 2.
predictions-array|T|The entry with index 6 (i.e. the seventh) is the maximum; the corresponding class is Shirt.
predictions-array|F|The entry with index 3 (i.e. the fourth) is the maximum; the corresponding class is Dress.
predictions-array|T|The probabilities of the three most likely classes are 0.44 (Shirt), 0.42 (Dress) and 0.08 (T-shirt/top).
predictions-array|F|The probabilities of the three most likely classes are 0.44 (Shirt), 0.42 (Coat) and 0.08 (T-shirt/top).
predictions-array|T|Sneaker, sandal and ankle boot can be ruled out, their probabilities are practically zero.
predictions-array|T|The network is undecided between Shirt and Dress.
predictions-array|T|Roughly 86% of the probability falls on two classes.
predictions-array|T|0.0121 for Trouser and 0.0013 for Pullover are negligible.
predictions-array|F|0.0121 for Pullover and 0.0013 for Trouser are negligible.
predictions-array|T|Class 6 is the winner with 0.4397, ahead of class 3 with 0.4170.
predictions-array|F|Class 3 is the winner with 0.4397, ahead of class 6 with 0.4170.
predictions-array|T|The highest confidence value is 0.4397 and belongs to the predicted label 6.
predictions-array|F|The highest confidence value is 0.4397 and belongs to the predicted label 3.
predictions-array|T|Index six has the highest value.
predictions-array|T|The dress has index 3 and 41.7 %.
predictions-array|F|The dress has index 3 and 47.1 %.
predictions-array|T|Of the ten labels, label 6 got the highest probability.
predictions-array|F|Of the ten labels, label 3 got the highest probability.
predictions-array|T|Trouser is at 1.21 %, bag at 0.08 %.
predictions-array|F|Trouser is at 2.21 %, bag at 0.08 %.
predictions-array|T|More than 85 % of the probability is on shirt and dress.
predictions-array|T|Less than 1 in 10 goes to the T-shirt.
predictions-array|T|The model is 44 % certain of shirt and 56 % certain of something else.
predictions-array|T|It could also be a dress, as 42 % shows.
predictions-array|T|The array shows that number 6 (shirt) has the highest confidence with 44%.
predictions-array|F|The array shows that number 3 (dress) has the highest confidence with 44%.
predictions-array|T|The number 4.397e-01 is the largest, at index 6.
predictions-array|F|The number 4.170e-01 is the largest, at index 3.
predictions-array|T|This array is the confidence for each of the 10 labels, and for label 3 it is 0.417.
predictions-array|F|This array is the confidence for each of the 10 labels, and for label 3 it is 0.217.
predictions-array|T|The prediction for image 42 has a max of 44% for label 6, so the model would label it shirt.
predictions-array|F|The prediction for image 42 has a max of 44% for label 3, so the model would label it dress.
predictions-array|T|The model is not confident at all in its prediction of shirt (44%).
predictions-array|F|The model is very confident in its prediction of shirt (84%).
predictions-array|T|The two highest are at index 3 and 6.
predictions-array|T|Dress (index 3) is the real one, but index 6 has more.
predictions-array|T|There is a 4.7% chance of it being a coat.
predictions-array|T|It gives a probability of 0.4397 to class 6, 0.4170 to class 3 and less to the rest.
predictions-array|F|It gives a probability of 0.4170 to class 6, 0.4397 to class 3 and less to the rest.
predictions-array|T|The highest is 44%, which is label 6 and so a shirt.
predictions-array|F|The highest is 44%, which is label 3 and so a dress.
predictions-array|T|The numbers for sandal, sneaker and ankle boot are practically 0.
predictions-array|T|The model is 44% sure that the label is shirt.
predictions-array|F|The model is 44% sure that the label is dress.
predictions-array|T|It is sure that it's not a sneaker.
predictions-array|T|It is not certain whether it is a shirt or a dress.
predictions-array|T|The values at positions 0 to 9 are the probabilities; position 6 has 0.4397.
predictions-array|T|At position 3, counting from 0, stands 0.417.
predictions-array|T|At position 4, counting from 1, stands 0.417.
predictions-array|T|The seventh class, counted from 1, is Shirt.
predictions-array|T|Class number 7 of 10 has the highest value.
predictions-array|T|The class with index 0 gets 8.2%.
predictions-array|F|The class with index 0 gets 28.2%.
predictions-array|T|The prediction, Shirt, has 44%; the second, Dress, 42%.
predictions-array|F|The prediction, Dress, has 44%; the second, Shirt, 42%.
predictions-array|T|Only 3 of the 10 values are practically zero.
predictions-array|T|The third most probable class, T-shirt/top, has 8.2%.
softmax-argmax|T|For my image argmax returned 6.
softmax-argmax|F|For my image argmax returned 3.
softmax-argmax|T|Softmax turned the logits into probabilities; the largest was 0.44, at index 6.
softmax-argmax|F|Softmax turned the logits into probabilities; the largest was 0.94, at index 6.
softmax-argmax|T|argmax() takes the array and gives the position of the biggest value, here 6 (counting from 0, so it is the seventh).
softmax-argmax|T|The Softmax function was attached as a last layer and argmax was used to get the label with the highest probability, which is 6.
softmax-argmax|T|argmax turns the ten probabilities into one label, 6.
softmax-argmax|T|With softmax each output lies between 0 and 1, e.g. 0.4397 for shirt.
softmax-argmax|T|The label with the highest confidence is the predicted label.
softmax-argmax|F|argmax turns the ten probabilities into one label, 3.
verify-predictions|T|The predicted labels are sandal and dress, and both are correct.
verify-predictions|T|Images 21 and 33 are a sandal and a dress.
verify-predictions|F|Images 21 and 33 are a dress and a sandal.
verify-predictions|T|For image 21 the model gives 2% to sneaker.
verify-predictions|F|For image 21 the model gives 12% to sneaker.
verify-predictions|T|Image 33 is a dress (96%), the next one is coat with 2%.
verify-predictions|T|The sandal was recognised with 97.7%, the dress with 96.5%.
verify-predictions|F|The sandal was recognised with 96.5%, the dress with 97.7%.
verify-predictions|T|The model was over 95% sure in both cases.
verify-predictions|F|The model was over 97% sure in both cases.
verify-predictions|T|Image 21: Sandal 98% (Sandal). Image 33: Dress 96% (Dress).
verify-predictions|F|Image 21: Sneaker 98% (Sandal). Image 33: Dress 96% (Dress).
verify-predictions|T|Neither of the two was misclassified.
verify-predictions|F|One of the two was misclassified.
verify-predictions|F|The sandal was mistaken for a sneaker.
verify-predictions|T|It could have been mistaken for a sneaker, but only with 2%.
verify-predictions|T|The label under picture 33 says "Dress 96% (Dress)".
verify-predictions|T|The blue label says dress, so the prediction is correct.
verify-predictions|T|The labels are sandal and dress.
verify-predictions|F|The labels are sandal and coat.
verify-predictions|T|Predicted and true label are the same for both pictures.
verify-predictions|F|Predicted and true label differ for both pictures.
verify-predictions|T|The model has labelled image 33 as a dress.
verify-predictions|F|The model has labelled image 33 as a coat.
verify-predictions|T|Under the first picture it says Sandal 98% (Sandal).
verify-predictions|T|The second highest bar for image 21 is sneaker.
verify-predictions|F|The second highest bar for image 21 is ankle boot.
verify-predictions|T|The network confused neither of them with another class.
verify-predictions|T|It predicted sandal for image 21 and dress for image 33.
verify-predictions|F|It predicted dress for image 21 and sandal for image 33.
verify-predictions|T|Both predictions are right, with more than 95% each.
verify-predictions|F|Both predictions are right, with less than 90% each.
verify-predictions|T|Image 33 (dress) has 96% and image 21 (sandal) 98%.
verify-predictions|F|Image 33 (dress) has 98% and image 21 (sandal) 96%.
verify-predictions|T|The bar of sandal is almost at 100%.
verify-predictions|T|The label is blue for both, so both were right.
verify-predictions|T|For the sandal, sneaker got 2% and ankle boot less than 1%.
verify-predictions|T|The network is a bit less sure about the dress (96%) than about the sandal (98%).
verify-predictions|F|The network is a bit less sure about the sandal (96%) than about the dress (98%).
verify-predictions|T|For number 33, the predicted label is dress and so is the true label.
verify-predictions|F|For number 33, the predicted label is coat and so is the true label.
verify-predictions|T|The first is a sandal, the second a dress.
verify-predictions|F|The first is a dress, the second a sandal.
verify-predictions|T|Image 33 was predicted as dress (96.5%), image 21 as sandal (97.7%).
verify-predictions|F|Image 33 was predicted as dress (97.7%), image 21 as sandal (96.5%).
verify-predictions|T|I took numbers 21 and 33. The first has the label 5, the second the label 3.
verify-predictions|F|I took images 21 and 33. The first has the label 7, the second the label 3.
verify-predictions|T|Each of them was recognised.
verify-predictions|F|None of them was recognised.
verify-predictions|T|There are no mistakes in my two predictions.
verify-predictions|T|Image 21 has label 5 (sandal), image 33 label 3 (dress).
verify-predictions|F|Image 21 has label 7 (sneaker), image 33 label 3 (dress).
verify-predictions|T|Both labels were predicted correctly, sandal with 97.7% and dress with 96.5%.
verify-predictions|F|Both labels were predicted correctly, sandal with 87.7% and dress with 96.5%.
verify-predictions|T|The first is predicted as a sandal with 98%, the second as a dress with 96%.
verify-predictions|F|The first is predicted as a sandal with 96%, the second as a dress with 98%.
verify-predictions|T|Both pictures were classified correctly.
verify-predictions|F|The model got image 33 wrong.
verify-predictions|T|Image 21 is a sandal and the network was about 98% sure.
verify-predictions|F|Image 21 is a sneaker.
verify-predictions|F|For image 33 the model predicted a coat with 96.5%.
verify-predictions|T|Both the sandal (97.7 %) and the dress (96.5 %) were classified correctly.
verify-predictions|F|Both the sandal (96.5 %) and the dress (97.7 %) were classified correctly.
verify-predictions|T|The predicted labels coincide with the true ones.
verify-predictions|F|The predicted labels do not coincide with the true ones.
verify-predictions|T|The next likely classes are sneaker (2.2 %) for the first and coat (1.8 %) for the second image.
verify-predictions|F|The next likely classes are sneaker (2.2 %) for the first and bag (1.8 %) for the second image.
verify-predictions|T|The sandal looks like a sandal and was recognised.
verify-predictions|T|In image 33 the model sees a dress with 96.5 %, in image 21 a sandal with 97.7 %.
verify-predictions|F|In image 33 the model sees a dress with 86.5 %, in image 21 a sandal with 97.7 %.
verify-predictions|T|I chose a sandal (21) and a dress (33).
verify-predictions|T|Neither prediction was wrong.
verify-predictions|F|Neither prediction was right.
verify-predictions|T|The model wasn't wrong in either case.
verify-predictions|T|Not one of them is wrong.
verify-predictions|F|Not one of them is right.
verify-predictions|T|For image 21 the predicted label is Sandal with 98% and the true label is Sandal.
verify-predictions|F|For image 21 the predicted label is Sneaker with 98% and the true label is Sandal.
verify-predictions|T|Image 21 and image 33 both had the right label predicted.
verify-predictions|F|Image 21 and image 33 both had the wrong label predicted.
verify-predictions|T|The blue bars at 5 and 3 show that both are correct.
verify-predictions|T|For the picture of the dress the model also thought a little of a coat (2%).
verify-predictions|F|For the picture of the dress the model also thought a little of a coat (12%).
verify-predictions|T|Image 21: 97.66% sandal, 2.25% sneaker. Image 33: 96.48% dress, 1.85% coat.
verify-predictions|F|Image 21: 97.66% sandal, 2.25% boot. Image 33: 96.48% dress, 1.85% coat.
verify-predictions|T|They were labelled sandal and dress, and these are the right labels.
verify-predictions|T|The graph for 21 has one big bar (sandal) and a tiny one (sneaker).
verify-predictions|F|Image 33 has the predicted label coat and the true label dress.
verify-predictions|T|Image 33 has the predicted label dress and the true label dress.
verify-predictions|T|Label and prediction: sandal and sandal for 21, dress and dress for 33.
verify-predictions|F|Label and prediction: sandal and sneaker for 21, dress and dress for 33.
digits-verify|T|Image 8 is a 5 but the predicted label is 6.
digits-verify|F|Image 8 is a 6 but the predicted label is 5.
digits-verify|T|Image 8 is a 5 that was taken for a 6.
digits-verify|F|Image 8 is a 6 that was taken for a 5.
digits-verify|T|Image 61 is an 8, and the model says 8 with 89%.
digits-verify|F|Image 61 is a 3, and the model says 8 with 89%.
digits-verify|F|Image 61 is a 2 that the model recognised as an 8.
digits-verify|T|The eight was recognised with 89%, and 11% went to the two.
digits-verify|T|The model gave the 5 only 23%.
digits-verify|F|The model gave the 5 only 3%.
digits-verify|T|The 8 was correct with 89%, the other digit was wrong.
digits-verify|T|The true label of the first picture is 5, the predicted label 6.
digits-verify|F|The true label of the first picture is 6, the predicted label 5.
digits-verify|T|The model mistook a five for a six.
digits-verify|F|The model mistook a six for a five.
digits-verify|T|Only one of my two digits was classified correctly.
digits-verify|F|The predicted label for image 61 is 3.
digits-verify|F|The second picture was wrong, the first was right.
digits-verify|T|The first picture was wrong, the second was right.
digits-verify|T|The model was more sure about the 8 (89%) than about the other one (76%).
digits-verify|T|For image 8 the probability that it is a 3 is practically zero.
digits-verify|T|The probability for a 0 is practically zero in both cases.
digits-verify|T|For image 61 the 2 got 10.65% and all others practically zero.
digits-verify|T|Image 8 looks like a 6, and the network says so with 76.3%; the 5 only gets 22.8%.
digits-verify|F|Image 8 looks like a 6, and the network says so with 76.3%; the 5 only gets 2.8%.
digits-verify|T|Picture no. 61 was classified as 8, its true label.
digits-verify|F|Picture no. 61 was classified as 3.
digits-verify|T|The prediction for image 8 is 6, the correct answer would have been 5.
digits-verify|F|The prediction for image 8 is 5, the correct answer would have been 6.
digits-verify|T|test image 8 -> predicted 6, label 5
digits-verify|F|test image 8 -> predicted 5, label 5
digits-verify|T|test image 61 -> predicted 8, label 8
digits-verify|F|test image 61 -> predicted 3, label 8
digits-verify|T|The blue bar is at 8 with 89%.
digits-verify|T|In the first graph the red bar is at 6 and the blue one at 5.
digits-verify|T|The first prediction is wrong (6 instead of 5), the second right (8).
digits-verify|F|The first prediction is wrong (5 instead of 6), the second right (8).
digits-verify|T|Image 8: the label is 5, the prediction is 6.
digits-verify|F|Image 8: the label is 6, the prediction is 5.
digits-verify|T|Image 8: 5 was predicted as 6.
digits-verify|F|Both predictions are correct, with 76% and 89%.
digits-verify|T|The probabilities were 76% and 89%.
digits-verify|F|The probabilities were 96% and 99%.
digits-verify|T|The correct class 5 came second with 23%.
digits-verify|T|Its second guess, 5, would have been right.
digits-verify|T|It recognised the eight with a confidence of 89.3%.
digits-verify|F|It recognised the eight with a confidence of 99.3%.
digits-verify|T|I picked 8 and 61.
digits-verify|T|My network thinks image 61 is an eight, and it really is.
digits-verify|F|My network thinks image 61 is a three, and it really is.
digits-verify|F|My network thinks image 61 is a three, but it is an eight.
digits-verify|T|An 8 was classified as an 8, and a 5 as a 6.
digits-verify|F|An 8 was classified as a 3, and a 5 as a 6.
digits-verify|T|Image number 8 shows a five.
digits-verify|F|Image number 8 shows a six.
digits-verify|T|The network is wrong about image 8 but right about image 61.
digits-verify|F|The network is right about image 8 but wrong about image 61.
digits-verify|T|The five is drawn so that it closes at the bottom, that is why the model read it as a six.
digits-verify|T|8 was predicted for image 61, which is the true label.
digits-verify|F|3 was predicted for image 61, which is the true label.
digits-verify|T|Image 8 (label 5) was predicted as 6, image 61 (label 8) as 8.
digits-verify|F|Image 8 (label 6) was predicted as 5, image 61 (label 8) as 8.
digits-verify|T|Predicted: 6 (76%), actual: 5.
digits-verify|F|Predicted: 5 (76%), actual: 6.
digits-verify|T|The first: predicted 6, true 5. The second: predicted 8, true 8.
digits-verify|F|The first: predicted 5, true 6. The second: predicted 8, true 8.
digits-verify|T|In the first the predicted label is 6, in the second 8.
digits-verify|F|In the first the predicted label is 5, in the second 8.
digits-verify|T|The network says 6, I say 5, and the label says 5.
digits-verify|T|I would also have read a 6.
digits-verify|T|The first one, a 5, was seen as a 6 with 76 %.
digits-verify|F|The first one, a 6, was seen as a 5 with 76 %.
digits-verify|T|For the second one, an 8, the network was 89 % sure.
digits-verify|F|For the second one, a 3, the network was 89 % sure.
digits-verify|T|6 76% (5) and 8 89% (8) is what the captions say.
digits-verify|T|The model thinks that image 8 is a six, but it's a five.
digits-verify|F|The model thinks that image 8 is a five, but it's a six.
digits-verify|T|Number 61 was right, number 8 wrong.
digits-verify|F|Number 61 was wrong, number 8 right.
digits-verify|T|The network was wrong once and right once.
digits-verify|T|Two predictions: one right, one wrong.
digits-verify|T|It was 76% sure about the wrong digit and gave only 23% to the right one.
digits-verify|T|The right digit only has 23%.
digits-verify|F|The right digit has 76%.
digits-verify|T|The first one was misclassified: the 5 looked like a 6 to the network.
digits-verify|F|Both digits were predicted correctly.
digits-verify|T|It thought image 8 was a 6 with 76% even though it is a 5.
digits-verify|F|Test image 61 is a 3 that was taken for an 8.
digits-verify|F|The model was 99% confident about the 8.
digits-verify|T|One of the two predictions was wrong.
digits-verify|T|The digit with number 8 is a five, yet the network predicted a six.
digits-verify|F|The digit with number 8 is a six, yet the network predicted a five.
digits-verify|T|For image 8, the probability of the predicted digit 6 is 0.763 while that of the true digit 5 is only 0.228.
digits-verify|F|For image 8, the probability of the predicted digit 6 is 0.963 while that of the true digit 5 is only 0.028.
digits-verify|T|Image 61 is classified correctly as an 8 (89.3 %), the runner-up being a 2 (10.7 %).
digits-verify|F|Image 61 is classified correctly as an 8 (89.3 %), the runner-up being a 3 (10.7 %).
digits-verify|T|The true label of image 8 is 5 and the predicted label is 6.
digits-verify|F|The true label of image 8 is 6 and the predicted label is 5.
digits-verify|T|Image 8 has the label 5, but was labelled 6 by the model.
digits-verify|F|Image 8 has the label 6, but was labelled 5 by the model.
digits-verify|T|Image 8: predicted 6, actual 5; image 61: predicted 8, actual 8.
digits-verify|F|Image 8: predicted 5, actual 6; image 61: predicted 8, actual 8.
digits-verify|T|76 % for the 6, 23 % for the 5.
digits-verify|F|76 % for the 5, 23 % for the 6.
digits-verify|T|The 6 has 76 % and the 5 has 23 %.
digits-verify|F|The 6 has 23 % and the 5 has 76 %.
digits-verify|T|At least the 8 was recognised.
digits-verify|T|One prediction is right and one is wrong.
digits-verify|F|Both predictions are right.
digits-verify|T|The first was labeled 6 but it is 5, the second was labeled 8 and it is 8.
digits-verify|F|The first was labeled 5 but it is 6, the second was labeled 8 and it is 8.
digits-verify|T|The first image was predicted to be a 6 (76%) while the label is 5; the second was predicted to be an 8 (89%), which is correct.
digits-verify|F|The first image was predicted to be a 5 (76%) while the label is 6; the second was predicted to be an 8 (89%), which is correct.
digits-verify|T|The model gave a 2 as second choice for the 8, with 11%.
digits-verify|F|The model gave a 3 as second choice for the 8, with 11%.
digits-verify|T|Image 8 has the predicted label 6 and the true label 5.
digits-verify|F|Image 8 has the predicted label 5 and the true label 6.
digits-verify|T|The predicted label of the first one (6) is wrong, that of the second (8) is right.
digits-verify|F|The predicted label of the first one (6) is right, that of the second (8) is wrong.
digits-verify|T|The model was 13 points more sure about the 8 than about the 6.
digits-verify|T|Image 61 could have been a 2, but it's an 8, and the model knew.
digits-verify|T|The 5 was called a 6 and the 8 an 8.
digits-verify|F|The 5 was called a 3 and the 8 an 8.
digits-verify|T|The image with number 61 was recognised, the one with number 8 not.
digits-verify|T|The wrong one: image 8, 6 instead of 5.
digits-verify|F|The wrong one: image 8, 5 instead of 6.
digits-verify|T|Bar 6 is red and bar 5 is blue for image 8.
digits-verify|T|The label 8 is right for image 61.
digits-verify|F|The label 3 is right for image 61.
single-prediction|T|The predicted label is 2, and the test label is also 2.
single-prediction|F|The predicted label is 2, but the test label is 4.
single-prediction|T|The label and the prediction are both 2, so yes.
single-prediction|F|The label and the prediction are both 6.
single-prediction|T|The array has its maximum at position 2 (counting from zero).
single-prediction|T|The third value is the largest, which stands for pullover.
single-prediction|F|The third value is the largest, which stands for dress.
single-prediction|T|All other classes are practically zero.
single-prediction|T|Coat and shirt got practically zero.
single-prediction|T|The model is practically certain.
single-prediction|T|Coat has a probability of 0.03%.
single-prediction|F|Coat has a probability of 3%.
single-prediction|T|The class is pullover, with almost 100%.
single-prediction|F|It was classified as a coat, which is wrong.
single-prediction|T|The model gives 0.9993 to pullover and practically zero to everything else.
single-prediction|T|It matches, both are labeled 2.
single-prediction|T|The prediction is label 2 which is a pullover, and it matches the test label.
single-prediction|F|The prediction is label 4 which is a coat, and it does not match the test label.
single-prediction|T|The highest entry is the third one, so index 2.
single-prediction|F|The highest entry is the fourth one, so index 3.
single-prediction|T|I selected image 77, and the model said pullover, and the label is pullover.
single-prediction|F|I selected image 77, and the model said pullover, and the label is coat.
single-prediction|T|Yes: predicted label 2, true label 2.
single-prediction|F|No: predicted label 2, true label 4.
single-prediction|T|I expected a coat, but it is a pullover and the model knew it.
single-prediction|T|I would have said it is a coat.
single-prediction|T|The predicted value equals the test label.
single-prediction|T|The model is 99.93% sure.
single-prediction|F|The model is 93.99% sure.
single-prediction|T|np.argmax(predictions_single[0]) gives 2 and so does test_labels[77].
single-prediction|F|np.argmax(predictions_single[0]) gives 4 and so does test_labels[77].
single-prediction|T|The model says class 2 (pullover), the third of the ten classes.
single-prediction|T|It was right with 99.9%.
single-prediction|F|It was right with 79.9%.
single-prediction|T|The predicted value is 2 and the label of the image is 2 too.
single-prediction|F|The predicted value is 2 and the label of the image is 6.
single-prediction|T|The value predicted is the same as the label in test_labels.
single-prediction|F|The value predicted is not the same as the label in test_labels.
single-prediction|T|There is practically no doubt: 0.9993 for pullover.
single-prediction|T|The second highest value is only 0.0003.
single-prediction|F|The second highest value is 0.2.
single-prediction|T|Shirt and coat are at 0.03% each.
single-prediction|T|The predicted label is the same as the true label: 2.
single-prediction|F|The predicted label is the same as the true label: 4.
single-prediction|T|predicted: 2, label: 2 -> match
single-prediction|F|predicted: 2, label: 2 -> no match
single-prediction|T|It said pullover and was right.
single-prediction|F|It said pullover and was wrong.
single-prediction|T|Of all classes pullover has by far the highest probability.
single-prediction|F|Of all classes coat has by far the highest probability.
single-prediction|T|yes, it does.
single-prediction|F|No, the predicted value does not match the test label.
single-prediction|T|The model correctly predicted that the image was a pullover.
single-prediction|F|The predicted value was 4 (coat), but the label says 2.
single-prediction|T|It is a pullover with 99.9% certainty.
single-prediction|F|The model was only 60% certain that this is a pullover.
single-prediction|F|The predicted class is a dress.
single-prediction|T|Label and prediction are identical (2, Pullover).
single-prediction|F|Label and prediction are identical (4, Coat).
single-prediction|T|The remaining nine classes share less than 0.1 %.
single-prediction|T|The prediction, a pullover, is in accordance with the label.
single-prediction|F|The prediction, a coat, is in accordance with the label.
single-prediction|T|The output is 2, the label is 2, it matches.
single-prediction|F|The output is 2, the label is 3, it does not match.
single-prediction|T|They match: Pullover and Pullover.
single-prediction|F|They match: Coat and Coat.
single-prediction|T|The prediction for image 77 was label 2 and test_labels[77] is 2 so it matches.
single-prediction|F|The prediction for image 77 was label 4 and test_labels[77] is 2 so it does not match.
single-prediction|T|The third number in the array is 0.9993, so the prediction is Pullover.
single-prediction|F|The third number in the array is 0.7993, so the prediction is Pullover.
single-prediction|T|[[0.0001 0 0.9993 0 0.0003 0 0.0003 0 0 0]] shows that label 2 has the highest value.
single-prediction|T|The model predicts label 2 with 99.93% and label 4 with 0.03%.
single-prediction|F|The model predicts label 2 with 99.93% and label 4 with 3%.
single-prediction|T|Predicted value: 2. Test label: 2. They match.
single-prediction|F|Predicted value: 4. Test label: 2. They don't match.
single-prediction|T|I see a 2 at the end, so the label is 2: Pullover.
single-prediction|T|The argmax is the third entry and so pullover.
single-prediction|F|The argmax is the fifth entry and so coat.
single-prediction|T|Yes: index 2, label 2.
single-prediction|F|No: index 2, label 4.
training-images|T|I changed the number to 7, which is a pullover with the training label 2.
training-images|T|The three images have the labels 2, 3 and 0.
training-images|F|The three images have the labels 2, 3 and 9.
training-images|T|I chose images 7, 70 and 700: a pullover, a dress and a T-shirt.
training-images|F|Image 70 is a trouser.
digits-grid|T|The first digit in the grid is a 5.
digits-grid|F|The grid shows 16 images.
digits-grid|F|The first digit in the grid is a 3.
"""

FORMAL = """\
split|T|The test accuracy of the digit model is 97.59 %, its training accuracy 98.44 %.
split|T|The test accuracy of the digit model is 97.59 %, its training accuracy 98.4 %.
split|F|The test accuracy of the digit model is 98.44 %, its training accuracy 97.59 %.
split|T|The fashion model drops from 88.4% on the training set to 86.2% on the test set.
split|F|The fashion model drops from 88.4% on the training set to 76.2% on the test set.
split|T|60,000 of the 70,000 images are used for training, which is about 86%.
split|T|With 86% for training and 14% for testing the split is 6 to 1.
split|T|The gap of the fashion model is 2.2 points.
split|F|The gap of the fashion model is 5.2 points.
split|T|A model that only memorised the training set would do much worse on the test set; ours loses only about one point on the digits.
split|T|One sees this in the accuracies: 88.37% for data the model has seen and 86.17% for data it has not.
split|F|One sees this in the accuracies: 86.17% for data the model has seen and 88.37% for data it has not.
split|T|On data it has never seen the digit model is right 97.6% of the time.
split|F|On data it has never seen the digit model is right 99.6% of the time.
split|T|Both models perform a little worse on the test set than on the training set.
split|F|Both models perform a little better on the test set than on the training set.
split|T|The fashion model reaches 88% on the training set, but only 86% on the test set.
split|F|The fashion model reaches 92% on the training set, but only 89% on the test set.
split|T|The digit model gets 98.4% in training and 97.6% in testing, so the gap is 0.8 points.
split|F|The digit model gets 98.4% in training and 97.6% in testing, so the gap is 2.8 points.
split|T|In our runs the test accuracy is 0.8 points (digits) and 2.2 points (fashion) below the training accuracy.
split|F|In our runs the test accuracy is 2.2 points (digits) and 0.8 points (fashion) below the training accuracy.
relu-softmax|T|The fashion model reaches 86.17% with ReLU, without it only 81.75%.
relu-softmax|T|With the ReLU the accuracy is 4.4 points higher than without.
relu-softmax|T|Without the ReLU the test accuracy drops by 4.4 points.
relu-softmax|T|The hidden layer has 128 neurons, the output layer 10.
relu-softmax|T|Softmax makes 10 probabilities out of 10 numbers, so they add up to 100%.
relu-softmax|T|ReLU sets negative values to 0.
relu-softmax|T|There are 10 neurons because there are 10 labels, one for each type of clothing.
relu-softmax|F|There are 12 neurons because there are 12 labels, one for each type of clothing.
relu-softmax|T|Without ReLU the fashion model only reaches 81.75%.
relu-softmax|F|Without ReLU the fashion model reaches 86.17% as well.
relu-softmax|T|Without activation the model gets 81.75 % instead of 86.17 %.
relu-softmax|T|ReLU brings 4.42 points of test accuracy (86.17 % instead of 81.75 %).
loss-optimizer|T|With a batch size of 32 there are 1,875 steps per epoch.
loss-optimizer|T|The loss on the test set is 0.078 for digits and 0.375 for fashion.
loss-optimizer|F|The loss on the test set is 0.375 for digits and 0.078 for fashion.
loss-optimizer|T|Adam reached a training accuracy of 88.4% on Fashion-MNIST in three epochs.
loss-optimizer|F|Adam reached a training accuracy of 91.4% on Fashion-MNIST in three epochs.
loss-optimizer|T|If the model gives the true label a probability of 0.5, the loss is 0.69.
loss-optimizer|T|The loss of a single image is -log of the probability of the true label.
loss-optimizer|T|The weights were updated 5,625 times.
loss-optimizer|F|The weights were updated 18,750 times.
loss-optimizer|T|One step of the optimizer changed the probability of the right label from 0.1 to 0.2.
loss-optimizer|T|The loss falls from 0.54 in the first epoch to 0.34 in the third.
loss-optimizer|T|ln(10) = 2.303 is the loss of a model that gives 10% to each label.
training-shape|T|The shape is (60000, 28, 28), so 60,000 images with 28 x 28 pixels.
training-shape|F|The shape is (10000, 28, 28).
training-shape|T|There are 60000 training images and each image is a 28 pixel by 28 pixel image.
training-shape|F|There are 50000 training images and each image is a 32 pixel by 32 pixel image.
training-labels|T|len(train_labels) is 60000.
training-labels|F|len(train_labels) is 10000.
training-labels|T|There are 60000 labels in the labels training set.
training-labels|F|There are 10000 labels in the labels training set.
test-shape|T|The shape of the test set is (10000, 28, 28).
test-shape|T|There are 10000 test images and again each image is a 28 pixel by 28 pixel image.
test-shape|F|There are 60000 test images and again each image is a 28 pixel by 28 pixel image.
probability-model|T|The predicted label is 4 and the true label is 4.
probability-model|F|The predicted label is 9 and the true label is 4.
probability-model|F|The predicted label is 4 and the true label is 9.
probability-model|T|Test image 5741 is a 4 and was recognised as a 4.
probability-model|F|Test image 5741 is a 9 and was recognised as a 4.
probability-model|T|The model is almost 100% sure that it is a 4.
probability-model|F|The model is only 60% sure that it is a 4.
probability-model|T|All others are practically zero.
probability-model|T|The highest value is at position 4 (counting from 0), so the fifth number.
probability-model|T|The fifth number is the highest, so the model says 4.
probability-model|F|The fourth number is the highest, so the model says 3.
probability-model|T|The label of the image is 4, and the model is right.
probability-model|F|The label of the image is 4, and the model is wrong.
probability-model|T|My random image is number 5741, its prediction is a four.
probability-model|F|My random image is number 5741, its prediction is a nine.
probability-model|T|The prediction agrees with the label.
probability-model|F|The prediction disagrees with the label.
probability-model|T|The 4 could also be a 9, but the model gives the 9 almost nothing.
probability-model|T|The model correctly identified the numeral as a 4.
probability-model|F|The model correctly identified the numeral as a 9.
probability-model|T|The model says it is a 4, and the label is also 4.
probability-model|F|The model says it is a 9, but the label is 4.
probability-model|T|The numeral with the highest probability is 4.
probability-model|F|The numeral with the highest probability is 7.
probability-model|T|np.argmax() returned 4 so the image is classified as a four, which is correct.
probability-model|F|np.argmax() returned 7 so the image is classified as a seven, which is correct.
probability-model|T|The most probable numeral is 4 and that is what the image shows.
probability-model|F|The most probable numeral is 9 and that is what the image shows.
probability-model|T|The fifth element of the array, at index 4, is the largest.
probability-model|T|The image shows a 4; the model assigns it a probability of practically 1.
probability-model|T|It predicted the label 4, which is the label in test_labels.
probability-model|F|It predicted the label 7, which is the label in test_labels.
probability-model|T|The predicted label and the true label are both 4.
probability-model|F|The predicted label and the true label are both 9.
"""
