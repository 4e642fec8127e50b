import { answerJobs } from "./answer-jobs.ts";
import { testJobs } from "./test-jobs.ts";

answerJobs(testJobs);
