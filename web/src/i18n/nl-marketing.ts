/** Dutch words about marketing campaigns, runs and schedules. */
import type { marketingEn } from './en-marketing.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const marketingNl: Part<typeof marketingEn> = {
  'part.schedules': 'Planning',
  'marketing.kind': 'Soort',
  'marketing.transactional': 'Transactioneel',
  'marketing.marketing': 'Marketing',
  'marketing.transactionalHint':
    'Gaat naar de mensen die een aanroep noemt, wat zij ook kozen over marketing: een bon, een code, een nieuw wachtwoord.',
  'marketing.marketingHint':
    'Gaat naar een doelgroep. Vraagt toestemming en houdt zich aan maxima en stille uren.',
  'marketing.audience': 'Doelgroep',
  'marketing.audienceHint':
    'Naar wie het gaat, tenzij een aanroep een andere doelgroep noemt. De leden worden vastgelegd als een verzending begint.',
  'marketing.audienceNone': 'Kies een doelgroep',
  'marketing.noAudiences': 'Zo’n doelgroep is er niet',
  'marketing.run': 'Verzenden',
  'marketing.runHint': 'Aan iedereen in {audience}. Wie wordt overgeslagen is geteld, elk met de reden.',
  'marketing.runNotLive': 'Het kan verzonden worden als het live is.',
  'marketing.send': 'Nu verzenden…',
  'marketing.schedule': 'Plannen…',
  'marketing.sendTitle': 'Nu verzenden aan {audience}?',
  'marketing.sendText':
    'Elk lid dat het mag krijgen, krijgt het. Een verzending kan gepauzeerd of gestopt worden; wat weg is komt niet terug.',
  'marketing.sendDo': 'Nu verzenden',
  'marketing.scheduleTitle': 'Later verzenden aan {audience}?',
  'marketing.scheduleText':
    'De leden zijn die van dat moment. Tot dan kan het verplaatst of ingetrokken worden.',
  'marketing.scheduleDo': 'Plannen',
  'marketing.context': 'Context van de verzending: komt uit de voorbeeldgegevens, en gaat naar iedereen',
  'marketing.when': 'Moment',
  'marketing.outcome': 'Wat ervan werd',
  'marketing.scheduled': 'Het is gepland.',
  'marketing.started': 'Het is begonnen.',
  'marketing.openExecution': 'De uitvoering openen',
  'marketing.schedules': 'Planning',
  'marketing.move': 'Verplaatsen…',
  'marketing.moveTitle': '{name} verplaatsen naar een ander moment?',
  'marketing.moveText': 'Het begint dan op het nieuwe moment.',
  'marketing.moveDo': 'Verplaatsen',
  'marketing.takeBack': 'Intrekken…',
  'marketing.takeBackTitle': 'De planning van {name} intrekken?',
  'marketing.takeBackText': 'Het wordt op dat moment niet verzonden.',
  'marketing.takeBackDo': 'Intrekken',
  'marketing.noSchedules': 'Er is nog niets gepland',
  'marketing.noSchedulesDo':
    'Een live marketingcampagne kan vanaf haar pagina gepland worden, of met een aanroep met schedule.executeAt.',
  'schedule.scheduled': 'Gepland',
  'schedule.triggered': 'Begonnen',
  'schedule.cancelled': 'Ingetrokken',
  'schedule.failed': 'Kon niet beginnen',
  'run.audience': 'Doelgroep',
  'run.members': 'Leden bij het begin',
  'run.taken': 'Tot nu toe opgenomen',
  'run.state': 'Verzending',
  'run.counting': 'Legt de leden vast',
  'run.adding': 'Neemt de leden op',
  'run.added': 'Alle leden zijn opgenomen',
  'run.cancelled': 'Gestopt',
  'run.failed': 'Kon niet beginnen',
}
