"""Evidence with known numbers, and sentences that are right or wrong about it.

digits: training 59,798 of 60,000 (99.66 %), test 9,785 of 10,000 (97.85 %);
fashion: training 55,053 of 60,000 (91.76 %), test 8,815 of 10,000 (88.15 %).
Test images: 57 Coat, predicted; 20 Pullover; 40 labelled Shirt, predicted T-shirt/top;
500 Pullover with 0.531, Shirt 0.4105; digits 17 is a 7, 5 is a 1.
"""

from __future__ import annotations

import copy
import math
from typing import Any

from made_up import make_evidence, wilson

from reportgen.answers.prose.claims import ImageRef
from reportgen.answers.prose.context import Topic

_PREDICTIONS: dict[str, list[tuple[str, int, int, dict[int, float]]]] = {
    "fashion": [
        ("predict", 57, 4, {4: 0.5954, 6: 0.3087, 2: 0.0958, 0: 0.0001}),
        ("verify", 20, 2, {2: 0.9710, 0: 0.0243, 6: 0.0046, 4: 0.0001}),
        ("verify", 40, 6, {0: 0.8390, 6: 0.1610}),
        ("single", 500, 2, {2: 0.5310, 6: 0.4105, 0: 0.0252, 4: 0.0213, 3: 0.0060, 8: 0.0056, 1: 0.0004}),
    ],
    "digits": [
        ("verify_digits", 17, 7, {7: 0.9998, 9: 0.0002}),
        ("verify_digits", 5, 1, {1: 0.9953, 7: 0.0046, 8: 0.0001}),
    ],
}  # fmt: skip


def known_record(**counts: int) -> dict[str, Any]:
    """The evidence record above; ``digits_test=9000`` and the like change counts."""
    record = copy.deepcopy(make_evidence().record)
    right = {"digits_train": 59_798, "digits_test": 9_785, "fashion_train": 55_053, "fashion_test": 8_815}
    right |= counts
    losses = {"digits": (0.0117, 0.0801), "fashion": (0.2211, 0.3422)}
    for name, model in record["models"].items():
        for part, loss in zip(("train", "test"), losses[name], strict=True):
            n, total = right[f"{name}_{part}"], model[part]["n_total"]
            model[part] |= {"n_correct": n, "accuracy": n / total, "loss": loss}
        model["test"]["accuracy_ci95"] = wilson(right[f"{name}_test"], 10_000)
        model["training"]["history"]["accuracy"][-1] = {"digits": 0.9950, "fashion": 0.9107}[name]
        model["training"]["history"].pop("val_accuracy")
        model["training"]["history"].pop("val_loss")
        model["dataset"]["title"] = {"digits": "MNIST", "fashion": "Fashion-MNIST"}[name]
        model["predictions"] = [_prediction(*each) for each in _PREDICTIONS[name]]
    difference = (right["digits_test"] - right["fashion_test"]) / 10_000
    half = 1.96 * math.sqrt(2 * 0.09 / 10_000)
    low, high = difference - half, difference + half
    record["comparison"] |= {
        "test_accuracy_difference": difference,
        "difference_ci95": [low, high],
        "verdict": "digits" if low > 0 else "fashion" if high < 0 else "indistinguishable",
    }
    return record


def _prediction(
    selection: str, index: int, label: int, shares: dict[int, float]
) -> dict[str, Any]:
    probabilities = [shares.get(k, 0.0) for k in range(10)]
    argmax = max(range(10), key=lambda k: probabilities[k])
    return {
        "selection": selection,
        "index": index,
        "label": label,
        "argmax": argmax,
        "match": argmax == label,
        "logits": [math.log(p) if p else -20.0 for p in probabilities],
        "probabilities": probabilities,
        "softmax_twice": [0.1] * 10,
    }


def _images(model: str, *places: int) -> tuple[ImageRef, ...]:
    return tuple(ImageRef(model, place) for place in places)


BOTH = frozenset({"digits", "fashion"})
TOPICS = {
    "array": Topic("predict", frozenset({"fashion"}), _images("fashion", 0)),
    "softmax": Topic("explain", frozenset({"fashion"}), _images("fashion", 0)),
    "argmax": Topic("match", frozenset({"fashion"}), _images("fashion", 0)),
    "verify": Topic("show", frozenset({"fashion"}), _images("fashion", 1, 2)),
    "single": Topic("match", frozenset({"fashion"}), _images("fashion", 3)),
    "accuracy": Topic("measure", frozenset({"digits"}), ()),
    "verify-digits": Topic("show", frozenset({"digits"}), _images("digits", 0, 1)),
    "compare": Topic("compare", BOTH, ()),
}

# (question, sentence); every claim in a right one is supported or not testable, and at
# least one is supported; in a wrong one at least one is contradicted.
RIGHT: tuple[tuple[str, str], ...] = (
    ("accuracy", "Training accuracy: 0.9966 -- Testing accuracy: 0.9785"),
    ("accuracy", "The model fit had an accuracy of 0.9966 on the train data, 0.9785 on the test data"),
    ("accuracy", "The model reached 97.85 % on the test images."),
    ("accuracy", "About 98 percent of the unseen digits were classified correctly."),
    ("accuracy", "On images it had never seen, the network still got 97.9% right."),
    ("accuracy", "It was right on 9,785 of the 10,000 test images."),
    ("accuracy", "The training accuracy is 99.7 %, the test accuracy 97.9 % (rounded)."),
    ("accuracy", "The gap between training and test accuracy is 1.8 percentage points."),
    ("accuracy", "The error rate on the test set is 2.15 %."),
    ("accuracy", "Only 2.2 % of the test images were misclassified."),
    ("accuracy", "It misclassified 215 test images."),
    ("accuracy", "Test accuracy is 97,9 %."),
    ("accuracy", "With 10 epochs, a batch size of 32 and a learning rate of 0.001, the test accuracy came out at 97.9 %."),
    ("accuracy", "Ninety-eight percent of the test images were recognised."),
    ("accuracy", "Over 97 % of test images and more than 99 % of training images are right."),
    ("accuracy", "- training: 99.7 %\n- test: 97.9 %"),
    ("accuracy", "The accuracy is just under 98 % on unseen images."),
    ("accuracy", "The test accuracy lies between 97 and 98 %."),
    ("accuracy", "The test loss was 0.0801 and the training loss 0.0117."),
    ("accuracy", "The model scores 98% on the test set, almost 100 % on the training set."),
    ("accuracy", "| | Accuracy |\n| --- | --- |\n| Training | 99.66 % |\n| Test | 97.85 % |"),
    ("accuracy", "The 95 % interval of the test accuracy runs from 97.5 % to 98.1 %: the measured 97.85 % lies inside."),
    ("accuracy", "Test accuracy was roughly 0.98, so about 2 % of digits are misread."),
    ("accuracy", "97.85 percent of the 10,000 held-out images were labelled correctly by the network."),
    ("compare", "The digits model reaches 97.9 % on its test images and the fashion model 88.2 %."),
    ("compare", "The digits model is more accurate."),
    ("compare", "Digits, because clothes overlap more."),
    ("compare", "The MINST was more accurate than Fashion_MINST. MINST had a higher testing and training score."),
    ("compare", "Fashion did worse than MNIST on the test images."),
    ("compare", "MNIST beats Fashion-MNIST by almost ten points."),
    ("compare", "The clothing model is not more accurate than the digits model."),
    ("compare", "The better of the two is the digits model."),
    ("compare", "Digits and fashion reach 97.9 % and 88.2 % on test images, respectively."),
    ("compare", "On unseen images the fashion network gets 88.2 % right, the digits network 97.9 %."),
    ("compare", "The difference is 9.7 points."),
    ("compare", "Clothes were harder to classify than digits: 0.8815 against 0.9785 on test images."),
    ("compare", "Both models reach over 85 % on their test images."),
    ("compare", "Fashion-MNIST is less accurate (88.15 % test, 91.76 % train) than MNIST (97.85 % test, 99.66 % train)."),
    ("compare", "Of the two, handwritten digits were recognised better than articles of clothing."),
    ("compare", "The fashion model is outperformed by the digits model."),
    ("compare", "Compared with Fashion-MNIST, MNIST had the higher accuracy on test images."),
    ("compare", "The digits model made fewer mistakes than the clothing model."),
    ("compare", "Accuracy on training images is higher than on test images for both models."),
    ("compare", "The test accuracy of the clothing model, 88 %, is lower than that of the digits model, 98 %."),
    ("compare", "| Model | Training accuracy | Test accuracy |\n| :-- | --: | --: |\n| MNIST | 99.66 % | 97.85 % |\n| Fashion-MNIST | 91.8 % | 88.2 % |"),
    ("compare", "There is a clear difference between the two models."),
    ("compare", "Unlike Fashion-MNIST, where the test accuracy is 88.2 %, MNIST reaches 97.9 %."),
    ("compare", "I would pick the digits model: it was right on 97.85% of its test images, whereas the fashion model managed 88.15%."),
    ("argmax", "Yes, it does."),
    ("argmax", "The prediction matches the label."),
    ("argmax", "Yes, the output from argmax is equal to the test label."),
    ("argmax", "The model predicted Coat, and the label is Coat."),
    ("array", "The largest probability, 0.5954, belongs to Coat."),
    ("array", "The model is 59.5 % sure that test image 57 is a Coat; Shirt gets 30.9 %."),
    ("single", "The model correctly predicted that the image was a pullover."),
    ("single", "Test image 500 is a Pullover, with a probability of 0.531."),
    ("single", "The prediction for image 500 is right: 53.1 % for Pullover against 41.1 % for Shirt."),
    ("single", "yes, it does.\nwe did not use Softmax() this time because the probabilities were already produced."),
    ("verify", "The model was wrong about image 40."),
    ("verify", "Image 20 was classified correctly, but image 40 was misclassified."),
    ("verify", "Test image 40 is labelled Shirt, but the model predicted T-shirt/top with 83.9 %."),
    ("verify", "For image 20 the prediction matches the label; for image 40 it does not match."),
    ("verify", "The model mistook image 40 for a T-shirt."),
    ("verify-digits", "Both predictions are correct."),
    ("verify-digits", "Image 17 is a 7 and image 5 is a 1."),
    ("verify-digits", "The model recognised image 17 as a seven with more than 99 % probability."),
    ("array", "Test image 57: array([0.0001, 0, 0.0958, 0, 0.5954, 0, 0.3087, 0, 0, 0])"),
)  # fmt: skip

WRONG: tuple[tuple[str, str], ...] = (
    ("accuracy", "Training accuracy: 0.9952 -- Testing accuracy: 0.9771"),
    ("accuracy", "The model fit had an accuracy of 0.9785 on the train data, 0.9966 on the test data"),
    ("accuracy", "The model reached 98.9 % on the test images."),
    ("accuracy", "About 92 percent of the unseen digits were classified correctly."),
    ("accuracy", "On images it had never seen, the network still got 99.7% right."),
    ("accuracy", "It was right on 9,885 of the 10,000 test images."),
    ("accuracy", "The training accuracy is 97.9 %, the test accuracy 99.7 %."),
    ("accuracy", "The gap between training and test accuracy is 3.1 percentage points."),
    ("accuracy", "The error rate on the test set is 5 %."),
    ("accuracy", "Only 0.2 % of the test images were misclassified."),
    ("accuracy", "It misclassified 21 test images."),
    ("accuracy", "Test accuracy is 98,9 %."),
    ("accuracy", "With 10 epochs and a learning rate of 0.001, the test accuracy came out at 99.1 %."),
    ("accuracy", "Ninety-one percent of the test images were recognised."),
    ("accuracy", "Over 98 % of test images are right."),
    ("accuracy", "The accuracy did not reach 97 % on unseen images."),
    ("accuracy", "- training: 99.7 %\n- test: 99.2 %"),
    ("accuracy", "The test accuracy lies between 98 and 99 %."),
    ("accuracy", "The test loss was 0.21."),
    ("accuracy", "| | Accuracy |\n| --- | --- |\n| Training | 99.66 % |\n| Test | 98.85 % |"),
    ("accuracy", "The accuracy is 93 %."),
    ("accuracy", "Test accuracy was roughly 0.95."),
    ("accuracy", "Every test image was classified correctly: 100 % accuracy."),
    ("accuracy", "Test accuracy: **0.9901**"),
    ("accuracy", "Test accuracy: `0.9901`"),
    ("accuracy", "The network recognises 99.2 % of new digits, which is better than I expected."),
    ("compare", "The digits model reaches 88.2 % on its test images and the fashion model 97.9 %."),
    ("compare", "The fashion model is more accurate."),
    ("compare", "Fashion-MNIST, because clothes are larger."),
    ("compare", "The Fashion_MINST was more accurate than MINST."),
    ("compare", "MNIST did worse than Fashion-MNIST on the test images."),
    ("compare", "Fashion-MNIST beats MNIST."),
    ("compare", "The digits model is not more accurate than the clothing model."),
    ("compare", "The better of the two is the clothing model."),
    ("compare", "Digits and fashion reach 88.2 % and 97.9 % on test images, respectively."),
    ("compare", "On unseen images the fashion network gets 95.2 % right, the digits network 97.9 %."),
    ("compare", "The difference is 4.7 points."),
    ("compare", "Digits were harder to classify than clothes."),
    ("compare", "Both models reach over 90 % on their test images."),
    ("compare", "Fashion-MNIST is less accurate (88.15 % test, 97.76 % train) than MNIST (97.85 % test, 99.66 % train)."),
    ("compare", "The two models are equally accurate."),
    ("compare", "There is no difference in accuracy between the two models."),
    ("compare", "The models are not distinguishable."),
    ("compare", "The digits model is outperformed by the fashion model."),
    ("compare", "Compared with MNIST, Fashion-MNIST had the higher accuracy on test images."),
    ("compare", "The clothing model made fewer mistakes than the digits model."),
    ("compare", "Accuracy on test images is higher than on training images for both models."),
    ("compare", "MNIST was less accurate than Fashion-MNIST."),
    ("compare", "| Model | Training accuracy | Test accuracy |\n| :-- | --: | --: |\n| MNIST | 99.66 % | 97.85 % |\n| Fashion-MNIST | 91.8 % | 93.2 % |"),
    ("compare", "I expected digits to be easier, but the fashion model won."),
    ("compare", "The clothes classifier is just as accurate as the digits classifier."),
    ("compare", "Fashion scored lower 90s on its test data."),
    ("argmax", "No, it does not."),
    ("argmax", "The prediction does not match the label."),
    ("argmax", "The model predicted Shirt, but the label is Coat."),
    ("argmax", "The model was wrong about this image."),
    ("array", "The largest probability, 0.8954, belongs to Coat."),
    ("array", "The model is 99.5 % sure that test image 57 is a Coat."),
    ("single", "The model correctly predicted that the image was a dress."),
    ("single", "Test image 500 is a Dress, with a probability of 0.531."),
    ("single", "Test image 500 is a Pullover with 99.8 %."),
    ("single", "The model misclassified image 500."),
    ("verify", "The model was right about image 40."),
    ("verify", "Image 20 was misclassified."),
    ("verify", "Both predictions match their labels."),
    ("verify", "Test image 40 is labelled Shirt, and the model predicted Shirt."),
    ("verify-digits", "Both predictions are wrong."),
    ("verify-digits", "Image 17 is a 3."),
    ("array", "Test image 57: array([0.0001, 0, 0.3087, 0, 0.5954, 0, 0.0958, 0, 0, 0])"),
)  # fmt: skip

# Sentences without a claim that the evidence could contradict.
UNTOUCHED: tuple[tuple[str, str], ...] = (
    ("accuracy", "In 1998 LeCun published MNIST; see page 97 and chapter 0.5 of the book."),
    ("accuracy", "The training images are scaled from 0 to 255 to the range 0.0 to 1.0."),
    ("accuracy", "We held out 20 % of the training data for validation."),
    ("accuracy", "The network has 784 inputs, 128 hidden units and 10 outputs, 101,770 parameters in all."),
    ("accuracy", "Random guessing would be right for 10 % of the test images."),
    ("accuracy", "After the first epoch the training accuracy was 0.91."),
    ("accuracy", "> The tutorial says that the accuracy is about 88 %."),
    ("accuracy", "```\ntest accuracy: 0.5\n```"),
    ("accuracy", "I had hoped for a test accuracy of 99.5 %."),
    ("accuracy", "A convolutional network would reach 99.3 % on test images."),
    ("accuracy", "Dropout of 0.2 after the hidden layer might lower the training accuracy."),
    ("accuracy", "The 95 % confidence level is a convention."),
    ("accuracy", "$$p = 0.5$$"),
    ("accuracy", "Adam uses a learning rate of 0.001 with momenta 0.9 and 0.999 during training."),
    ("accuracy", "60,000 training images and 10,000 test images, 86 % and 14 % of all, are in the data."),
    ("compare", "Which of the two models is more accurate?"),
    ("compare", "The models were similar in terms of execution and training."),
    ("compare", "If the fashion model were more accurate, I would be surprised."),
    ("compare", "The nearest centroid alone gets 82.0 % of the test digits right."),
    ("compare", "Shirt is recognised in only 61 % of its test images."),
    ("compare", "To understand fashion better, I looked at the pictures."),
    ("compare", "Shirts and coats are harder to tell apart than trousers."),
    ("compare", "Three pairs of classes hold 46 % of the errors of the clothing model."),
    ("softmax", "For example, the logits 2 and 1 become 0.73 and 0.27."),
    ("softmax", "Softmax gives each class a probability between 0 and 1, and argmax picks the class that matches best."),
    ("softmax", "A second softmax would turn 0.998 into 0.232."),
    ("array", "Each number is the model's confidence that the image corresponds to one of the 10 classifications."),
    ("argmax", "A prediction is correct if it matches the label."),
)  # fmt: skip
