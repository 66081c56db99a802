import java.io.File;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Prints, for each PDF, "file TAB profile TAB clause TAB message" for each failed rule, once each. */
class VeraPdf {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            for (String profile : new String[] {"ua1", "3a"}) {
                validate(file, PDFAFlavour.fromString(profile));
            }
        }
    }

    private static void validate(String file, PDFAFlavour profile) throws Exception {
        var foundry = Foundries.defaultInstance();
        try (var parser = foundry.createParser(new File(file), profile);
                var validator = foundry.createValidator(profile, false)) {
            var result = validator.validate(parser);
            System.out.printf("%s\t%s\tchecked\t%d%n", file, profile, result.getTotalAssertions());
            result.getTestAssertions().stream()
                    .filter(assertion -> assertion.getStatus() == TestAssertion.Status.FAILED)
                    .map(VeraPdf::describe)
                    .distinct()
                    .forEach(rule -> System.out.printf("%s\t%s\t%s%n", file, profile, rule));
        }
    }

    private static String describe(TestAssertion assertion) {
        var rule = assertion.getRuleId();
        String message = assertion.getMessage().replaceAll("\\s+", " ");
        return rule.getClause() + "-" + rule.getTestNumber() + "\t" + message;
    }
}
