import de.unihd.dbs.heideltime.standalone.DocumentType;
import de.unihd.dbs.heideltime.standalone.HeidelTimeStandalone;
import de.unihd.dbs.heideltime.standalone.OutputType;
import de.unihd.dbs.heideltime.standalone.POSTagger;
import de.unihd.dbs.uima.annotator.heideltime.resources.Language;
import de.unihd.dbs.uima.types.heideltime.Timex3;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.uima.cas.FSIterator;
import org.apache.uima.jcas.JCas;

/**
 * Runs HeidelTime once for many texts: a JVM for each would take seconds.
 *
 * <p>Reads lines "LANGUAGE TAGGER", day and text in base64, parted by tabs, and
 * answers each with "begin end type value" of every expression, joined by tabs.
 */
public class HeidelTime {
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    System.setOut(System.err);
    Map<String, HeidelTimeStandalone> taggers = new HashMap<>();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] fields = line.split("\t", -1);
      HeidelTimeStandalone tagger = taggers.get(fields[0]);
      if (tagger == null) {
        String[] name = fields[0].split(" ");
        tagger =
            new HeidelTimeStandalone(
                Language.valueOf(name[0]),
                DocumentType.NEWS,
                OutputType.TIMEML,
                arguments[0],
                POSTagger.valueOf(name[1]));
        taggers.put(fields[0], tagger);
      }
      String text = new String(Base64.getDecoder().decode(fields[2]), "UTF-8");
      out.println(
          tagger.process(
              text, new SimpleDateFormat("yyyy-MM-dd").parse(fields[1]), HeidelTime::list));
    }
  }

  private static String list(JCas document) {
    List<String> found = new ArrayList<>();
    FSIterator<?> all = document.getAnnotationIndex(Timex3.type).iterator();
    while (all.hasNext()) {
      Timex3 one = (Timex3) all.next();
      found.add(
          one.getBegin() + " " + one.getEnd() + " " + one.getTimexType() + " " + one.getTimexValue());
    }
    return String.join("\t", found);
  }
}
