import { answerJobs } from "./answer-jobs.ts";
import { jobs } from "./jobs.ts";

// The entry of the worker thread, as main.ts is that of the process: the build embeds it as a second entry point.
answerJobs(jobs);
